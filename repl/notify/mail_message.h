// A mail as bytes (RFC 5322, MIME): text and HTML as alternatives, files beside them. Every part is
// base64, and the subject an encoded word, so that nothing that stands in them is ever a header or
// the end of a part.
#pragma once
#include <string>

#include "interpreter/authorizer.h"
#include "repl/notify/notice.h"

namespace countersign {

// One plain address, "anna@example.com": no name, no list, no quotes, ASCII.
bool is_mail_address(const std::string& text);

// `from` and `to` are such addresses. `id`: what makes the message's id and its boundaries unique,
// letters and digits.
std::string mail_message(const Notice& notice, const std::string& from, const std::string& to,
                         Time now, const std::string& id);

}  // namespace countersign
