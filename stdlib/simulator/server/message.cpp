#include "stdlib/simulator/server/message.h"

#include "interpreter/digest.h"

namespace countersign::simulator {
namespace {

// The value of `key="…"` or `key=…` inside a header.
std::string header_parameter(std::string_view header, std::string_view key) {
  std::string wanted = std::string(key) + "=";
  for (std::size_t at = header.find(wanted); at != std::string_view::npos;
       at = header.find(wanted, at + 1)) {
    // `name=` must not be found inside `filename=`.
    if (at > 0 && header[at - 1] != ' ' && header[at - 1] != ';') continue;
    std::string_view rest = header.substr(at + wanted.size());
    if (!rest.empty() && rest[0] == '"') {
      std::size_t end = rest.find('"', 1);
      return std::string(rest.substr(1, end == std::string_view::npos ? end : end - 1));
    }
    return std::string(rest.substr(0, rest.find_first_of("; \r\n")));
  }
  return "";
}

// Calls `take` with the headers and the content of each part of a multipart body.
template <typename Take>
void for_each_part(std::string_view body, std::string_view content_type, Take take) {
  std::string boundary = "--" + header_parameter(content_type, "boundary");
  if (boundary == "--") return;
  std::size_t at = body.find(boundary);
  while (at != std::string_view::npos) {
    std::size_t start = at + boundary.size();
    std::size_t next = body.find("\r\n" + boundary, start);
    if (next == std::string_view::npos) break;  // the closing boundary has no part behind it
    std::string_view part = body.substr(start, next - start);
    std::size_t blank = part.find("\r\n\r\n");
    if (blank != std::string_view::npos) take(part.substr(0, blank), part.substr(blank + 4));
    at = next + 2;
  }
}

}  // namespace

void Fields::add(std::string name, std::string value) {
  items_.emplace_back(std::move(name), std::move(value));
}

std::optional<std::string> Fields::find(std::string_view name) const {
  for (const auto& [key, value] : items_)
    if (key == name) return value;
  return std::nullopt;
}

std::string Fields::get(std::string_view name, std::string_view otherwise) const {
  return find(name).value_or(std::string(otherwise));
}

std::vector<std::string> Fields::all(std::string_view name) const {
  std::vector<std::string> values;
  for (const auto& [key, value] : items_)
    if (key == name) values.push_back(value);
  return values;
}

Fields ServedRequest::form() const {
  std::string type = headers.get("content-type");
  if (type.rfind("multipart/form-data", 0) == 0) return parse_multipart(body, type);
  return parse_urlencoded(body);
}

std::string ServedRequest::target() const {
  return query_text.empty() ? path : path + "?" + query_text;
}

std::pair<std::string, std::string> ServedRequest::credential() const {
  std::string value = headers.get("authorization");
  std::string pair;
  if (value.rfind("Basic ", 0) != 0 || !base64_decode(value.substr(6), pair)) return {};
  std::size_t colon = pair.find(':');
  if (colon == std::string::npos) return {pair, ""};
  return {pair.substr(0, colon), pair.substr(colon + 1)};
}

ServedReply::ServedReply(int code, const json& document) : status(code), body(dump(document)) {}

ServedReply no_content() {
  ServedReply reply;
  reply.status = 204;
  reply.content_type.clear();
  return reply;
}

Fields parse_urlencoded(std::string_view text) {
  Fields fields;
  while (!text.empty()) {
    std::string_view pair = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(text.size(), pair.size() + 1));
    if (pair.empty()) continue;
    std::size_t equals = pair.find('=');
    std::string_view name = pair.substr(0, equals);
    std::string_view value = equals == std::string_view::npos ? "" : pair.substr(equals + 1);
    fields.add(percent_decode(name, true), percent_decode(value, true));
  }
  return fields;
}

Fields parse_multipart(std::string_view body, std::string_view content_type) {
  Fields fields;
  for_each_part(body, content_type, [&](std::string_view headers, std::string_view content) {
    fields.add(header_parameter(headers, "name"), std::string(content));
  });
  return fields;
}

std::vector<FilePart> parse_files(std::string_view body, std::string_view content_type) {
  std::vector<FilePart> files;
  for_each_part(body, content_type, [&](std::string_view headers, std::string_view content) {
    std::string filename = header_parameter(headers, "filename");
    if (filename.empty()) return;
    std::size_t type = headers.find("Content-Type: ");
    std::string_view rest = type == std::string_view::npos ? "" : headers.substr(type + 14);
    files.push_back({header_parameter(headers, "name"), filename,
                     std::string(rest.substr(0, rest.find('\r'))), content.size()});
  });
  return files;
}

std::string dump(const json& value, int indent) {
  return value.dump(indent, ' ', false, json::error_handler_t::replace);
}

}  // namespace countersign::simulator
