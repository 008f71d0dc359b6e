#include "repl/conversation/cassette.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "interpreter/descriptor.h"
#include "interpreter/durable_file.h"

namespace countersign {
using nlohmann::json;

Status write_new_file(const std::string& path, const std::string& text) {
  const Descriptor file(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!file && errno == EEXIST)
    return Error{"usage", "there is a \"" + path + "\" already", "name another file"};
  if (!file || !write_synced(file.get(), text))
    return Error{"usage", "\"" + path + "\" cannot be written: " + std::strerror(errno),
                 "name a file in a folder that you may write into"};
  return Done{};
}

Result<Cassette> Cassette::start(const std::string& path, json about) {
  json document = {{"type", "countersign-cassette"}, {"version", 1}, {"answers", json::array()}};
  document.update(about);
  TRY(write_new_file(path, document.dump(1) + "\n"));
  return Cassette(path, std::move(document));
}

void Cassette::add(const std::string& operation, json arguments, const Result<json>& answer) {
  json one = {{"operation", operation}, {"arguments", std::move(arguments)}};
  if (answer)
    one["value"] = *answer;
  else
    one["error"] = to_json(answer.error());
  document_["answers"].push_back(std::move(one));
  fresh_ = true;
}

Status Cassette::keep() {
  if (!fresh_) return Done{};
  const char* failed = put_file(path_, [&](int) {
    return document_.dump(1, ' ', false, json::error_handler_t::replace) + "\n";
  });
  if (failed != nullptr)
    return Error{"usage",
                 "the cassette \"" + path_ + "\" cannot be written (" + failed +
                     "): " + std::strerror(errno),
                 "`:cassette FILE` begins another one"};
  fresh_ = false;
  return Done{};
}

}  // namespace countersign
