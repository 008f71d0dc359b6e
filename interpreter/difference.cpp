#include "interpreter/difference.h"

#include <algorithm>

#include "interpreter/placeholder.h"

namespace countersign {
namespace {

// One secret held under two names: what an operation returned, and where it then stands.
bool same_secret(const json& from, const json& to) {
  if (!is_handle(from, "secret") || !is_handle(to, "secret")) return false;
  const json fingerprint = marked(from)->value("fingerprint", json());
  return fingerprint.is_string() && fingerprint == marked(to)->value("fingerprint", json());
}

bool same(const json& from, const json& to) {
  return from == to || same_secret(from, to);
}

void compare(const json& from, const json& to, const std::string& path, json& out);

// Both in the order of their keys, side by side. A path is made only where something differs.
void compare_members(const json::object_t& from, const json::object_t& to, const std::string& path,
                     json& out) {
  const auto below = [&](const std::string& key) { return path + "/" + escape_pointer(key); };
  auto a = from.begin();
  auto b = to.begin();
  while (a != from.end() || b != to.end()) {
    const int order = a == from.end() ? 1 : b == to.end() ? -1 : a->first.compare(b->first);
    if (order < 0) {
      out.push_back({{"op", "remove"}, {"path", below(a->first)}, {"from", a->second}});
      ++a;
    } else if (order > 0) {
      out.push_back({{"op", "add"}, {"path", below(b->first)}, {"to", b->second}});
      ++b;
    } else {
      if (!same(a->second, b->second)) compare(a->second, b->second, below(a->first), out);
      ++a, ++b;
    }
  }
}

void compare_items(const json& from, const json& to, const std::string& path, json& out) {
  for (std::size_t i = 0; i < std::max(from.size(), to.size()); ++i) {
    if (i < from.size() && i < to.size() && same(from[i], to[i])) continue;
    const std::string below = path + "/" + std::to_string(i);
    if (i >= from.size())
      out.push_back({{"op", "add"}, {"path", below}, {"to", to[i]}});
    else if (i >= to.size())
      out.push_back({{"op", "remove"}, {"path", below}, {"from", from[i]}});
    else
      compare(from[i], to[i], below, out);
  }
}

// Of two that are not the same.
void compare(const json& from, const json& to, const std::string& path, json& out) {
  const bool whole = marked(from) || marked(to);
  if (!whole && from.is_object() && to.is_object())
    compare_members(from.get_ref<const json::object_t&>(), to.get_ref<const json::object_t&>(),
                    path, out);
  else if (!whole && from.is_array() && to.is_array())
    compare_items(from, to, path, out);
  else
    out.push_back({{"op", "replace"}, {"path", path}, {"from", from}, {"to", to}});
}

std::vector<std::string> segments(const std::string& pointer) {
  std::vector<std::string> parts;
  std::size_t at = 0;
  while (at < pointer.size()) {
    const std::size_t end = std::min(pointer.find('/', at + 1), pointer.size());
    std::string part;
    for (std::size_t i = at + 1; i < end; ++i) {
      if (pointer[i] == '~' && i + 1 < end && (pointer[i + 1] == '0' || pointer[i + 1] == '1'))
        part += pointer[++i] == '0' ? '~' : '/';
      else
        part += pointer[i];
    }
    parts.push_back(std::move(part));
    at = end;
  }
  return parts;
}

json* child(json& value, const std::string& segment) {
  if (value.is_object()) {
    const auto at = value.find(segment);
    return at == value.end() ? nullptr : &*at;
  }
  if (value.is_array() && !segment.empty() && segment.size() < 9 &&
      segment.find_first_not_of("0123456789") == std::string::npos) {
    const std::size_t index = std::stoul(segment);
    return index < value.size() ? &value[index] : nullptr;
  }
  return nullptr;
}

void remove(json& value, const std::vector<std::string>& parts, std::size_t depth) {
  if (depth >= parts.size()) return;
  const bool last = depth + 1 == parts.size();
  if (parts[depth] == "*") {
    if (!value.is_structured()) return;
    if (last)
      value.clear();
    else
      for (json& part : value) remove(part, parts, depth + 1);
    return;
  }
  if (last) {
    if (value.is_object()) value.erase(parts[depth]);
    return;
  }
  if (json* next = child(value, parts[depth])) remove(*next, parts, depth + 1);
}

}  // namespace

json difference(const json& from, const json& to) {
  json out = json::array();
  if (!same(from, to)) compare(from, to, "", out);
  std::stable_sort(out.begin(), out.end(), [](const json& a, const json& b) {
    return a["path"].get_ref<const std::string&>() < b["path"].get_ref<const std::string&>();
  });
  return out;
}

json without(json value, const std::vector<std::string>& pointers) {
  for (const std::string& pointer : pointers) remove(value, segments(pointer), 0);
  return value;
}

bool covered(const std::string& path, const std::vector<std::string>& patterns) {
  const std::vector<std::string> parts = segments(path);
  for (const std::string& pattern : patterns) {
    const std::vector<std::string> wanted = segments(pattern);
    if (wanted.size() > parts.size()) continue;
    bool all = true;
    for (std::size_t i = 0; i < wanted.size() && all; ++i)
      all = wanted[i] == "*" || wanted[i] == parts[i];
    if (all) return true;
  }
  return false;
}

std::string escape_pointer(std::string segment) {
  std::string out;
  for (const char c : segment) {
    if (c == '~')
      out += "~0";
    else if (c == '/')
      out += "~1";
    else
      out += c;
  }
  return out;
}

json at_pointer(const json& document, const std::string& pointer) {
  const json* value = &document;
  for (const std::string& part : segments(pointer)) {
    value = child(const_cast<json&>(*value), part);
    if (!value) return nullptr;
  }
  return *value;
}

void set_pointer(json& document, const std::string& pointer, json value) {
  const std::vector<std::string> parts = segments(pointer);
  if (parts.empty()) {
    document = std::move(value);
    return;
  }
  json* at = &document;
  for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
    json* next = child(*at, parts[i]);
    if (!next) {
      if (value.is_null()) return;
      if (!at->is_object()) *at = json::object();
      next = &(*at)[parts[i]];
    }
    at = next;
  }
  if (value.is_null()) {
    if (at->is_object()) at->erase(parts.back());
    return;
  }
  if (json* there = child(*at, parts.back())) {
    *there = std::move(value);
    return;
  }
  if (!at->is_object()) *at = json::object();
  (*at)[parts.back()] = std::move(value);
}

}  // namespace countersign
