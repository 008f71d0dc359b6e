#include "interpreter/vault.h"

#include <algorithm>
#include <set>

#include "interpreter/digest.h"
#include "interpreter/percent.h"
#include "interpreter/placeholder.h"

namespace countersign {
namespace {

constexpr std::size_t kShortest = 6;  // below this a "secret" would be found in innocent text

std::string form_escaped(std::string_view text) {
  std::string out = percent_encode(text);
  for (std::size_t at = out.find("%20"); at != std::string::npos; at = out.find("%20", at))
    out.replace(at, 3, "+");
  return out;
}

std::string lower_escapes(std::string text) {
  for (std::size_t i = 0; i + 2 < text.size(); ++i)
    if (text[i] == '%')
      for (std::size_t j = i + 1; j <= i + 2; ++j)
        text[j] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[j])));
  return text;
}

// A secret inside a longer base64 text ("user:secret") starts at any of three offsets; the
// characters that depend on the secret alone are the same whatever stands around it.
void base64_forms(std::string_view secret, std::set<std::string>& forms) {
  for (std::size_t lead = 0; lead < 3; ++lead) {
    std::string text = base64_encode(std::string(lead, '\0') + std::string(secret));
    const std::size_t skip = lead == 0 ? 0 : lead + 1;
    const std::size_t rest = (lead + secret.size()) % 3;
    while (!text.empty() && text.back() == '=') text.pop_back();
    if (rest != 0 && !text.empty()) text.pop_back();
    if (text.size() < skip + 8) continue;
    std::string form = text.substr(skip);
    forms.insert(form);
    std::string url = form;
    std::replace(url.begin(), url.end(), '+', '-');
    std::replace(url.begin(), url.end(), '/', '_');
    forms.insert(url);
  }
}

std::string json_escaped(std::string_view text) {
  const std::string quoted =
      json(std::string(text)).dump(-1, ' ', true, json::error_handler_t::replace);
  return quoted.substr(1, quoted.size() - 2);
}

}  // namespace

Vault::Vault(std::string key)
    : key_(std::move(key)), key_id_(sha256_hex("countersign key " + key_).substr(0, 12)) {}

std::string Vault::fingerprint(std::string_view secret) const {
  return key_id_ + ":" + hmac_sha256_hex(key_, secret).substr(0, 32);
}

json Vault::hold(const std::string& locator, std::string secret) {
  json handle = make_handle("secret", locator, {{"fingerprint", fingerprint(secret)}});
  know(locator, secret);
  const std::lock_guard lock(mutex_);
  held_[locator] = std::move(secret);
  return handle;
}

void Vault::expect(const json& handle, std::function<Status()> fetch) {
  const std::lock_guard lock(mutex_);
  if (fetch)
    expected_[handle_id(handle)] = std::move(fetch);
  else
    expected_.erase(handle_id(handle));
}

// Nothing where it is not held.
std::optional<Result<std::string>> Vault::held(const json& handle) const {
  const std::lock_guard lock(mutex_);
  const auto at = held_.find(handle_id(handle));
  if (!is_handle(handle, "secret") || at == held_.end()) return std::nullopt;
  const json& mark = *marked(handle);
  if (mark.value("fingerprint", "") != fingerprint(at->second))
    return Result<std::string>(
        Error{"refused", "the secret at \"" + at->first + "\" is not the one that was planned",
              "it changed since; start a new run"});
  return Result<std::string>(at->second);
}

Result<std::string> Vault::open(const json& handle) const {
  if (auto secret = held(handle)) return std::move(*secret);
  const std::lock_guard turn(fetching_);
  if (auto secret = held(handle)) return std::move(*secret);
  std::function<Status()> fetch;
  {
    const std::lock_guard lock(mutex_);
    const auto at = expected_.find(handle_id(handle));
    if (is_handle(handle, "secret") && at != expected_.end()) fetch = at->second;
  }
  if (fetch) TRY(fetch());
  if (auto secret = held(handle)) return std::move(*secret);
  return Error{"refused", "the secret behind this handle is not held here",
               "read it again in this run; a handle is good only where it was made"};
}

void Vault::know(const std::string& locator, std::string secret) {
  if (secret.size() < kShortest) return;
  std::set<std::string> forms = {secret, percent_encode(secret), form_escaped(secret),
                                 json_escaped(secret)};
  forms.insert(lower_escapes(percent_encode(secret)));
  base64_forms(secret, forms);
  const std::lock_guard lock(mutex_);
  for (const std::string& form : forms) {
    const auto same = [&](const auto& known) { return known.first == form; };
    if (std::none_of(forms_.begin(), forms_.end(), same))
      forms_.emplace_back(form, "[secret " + locator + "]");
  }
  std::stable_sort(forms_.begin(), forms_.end(),
                   [](const auto& a, const auto& b) { return a.first.size() > b.first.size(); });
}

std::string Vault::scrub(std::string text) const {
  const std::lock_guard lock(mutex_);
  for (const auto& [form, replacement] : forms_) {
    std::size_t at = text.find(form);
    while (at != std::string::npos) {
      text.replace(at, form.size(), replacement);
      at = text.find(form, at + replacement.size());
    }
  }
  return text;
}

void Vault::scrub(json& value) const {
  if (value.is_string()) {
    auto& text = value.get_ref<std::string&>();
    if (text.size() >= kShortest) text = scrub(std::move(text));
  } else if (value.is_array()) {
    for (json& part : value) scrub(part);
  } else if (marked(value)) {
    // A handle names its secret and shows its fingerprint; a secret that is a common word must not
    // break it.
  } else if (value.is_object()) {
    std::vector<std::string> renamed;
    for (auto& [key, part] : value.items()) {
      scrub(part);
      if (key.size() >= kShortest && scrub(key) != key) renamed.push_back(key);
    }
    for (const std::string& key : renamed) {
      json part = std::move(value[key]);
      value.erase(key);
      value[scrub(key)] = std::move(part);
    }
  }
}

}  // namespace countersign
