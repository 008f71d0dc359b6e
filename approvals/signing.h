// Signing with the person's own ssh-keygen: keys in files, agents or FIDO tokens are its business.
#pragma once
#include <functional>
#include <string>
#include <string_view>

#include "interpreter/error.h"

namespace countersign {

// Signs a document for a namespace; the armoured signature.
using SignFunction =
    std::function<Result<std::string>(const std::string& document, std::string_view name_space)>;

// What ssh-keygen tells the person while it works ("Confirm user presence for key …"), line by
// line.
using NoticeFunction = std::function<void(std::string_view line)>;

// Runs `ssh-keygen -Y sign -f key_file`, without a shell, on a private copy of the document. It
// inherits the environment (agent, askpass) and standard input, so that it can ask for a passphrase
// at the terminal. `key_file` may be a public key whose private half is in the agent. Errors:
// kind "config" where no key is configured, or it cannot sign, or what it signs with is of no use
// here.
Result<std::string> sign_with_ssh_keygen(const std::string& key_file, const std::string& document,
                                         std::string_view name_space,
                                         const NoticeFunction& notice = nullptr);

}  // namespace countersign
