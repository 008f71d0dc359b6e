#include "stdlib/simulator/twilio/task_expression.h"

#include <algorithm>
#include <cctype>
#include <optional>
#include <vector>

namespace countersign::simulator {
namespace {

using nlohmann::json;

constexpr int kDeepest = 100;

struct Word {
  enum Kind { name, literal, sign, end } kind = end;
  std::string text;
  json value;  // of a literal
};

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), ::toupper);
  return text;
}

bool is_part_of_name(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '.' || c == '-';
}

// The words of an expression; nothing where a character belongs to none.
std::optional<std::vector<Word>> words_of(const std::string& text) {
  std::vector<Word> words;
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (std::isspace(static_cast<unsigned char>(c))) {
      ++i;
    } else if (c == '\'' || c == '"') {
      const std::size_t close = text.find(c, i + 1);
      if (close == std::string::npos) return std::nullopt;
      words.push_back({Word::literal, "", text.substr(i + 1, close - i - 1)});
      i = close + 1;
    } else if (is_part_of_name(c)) {
      std::size_t stop = i;
      while (stop < text.size() && is_part_of_name(text[stop])) ++stop;
      std::string word = text.substr(i, stop - i);
      json value = json::parse(word, nullptr, false);
      const bool literal = value.is_number() || value.is_boolean() || word == "null";
      words.push_back({literal ? Word::literal : Word::name, word, literal ? value : json()});
      i = stop;
    } else {
      const std::string two = text.substr(i, 2);
      const bool pair = two == "==" || two == "!=" || two == "<=" || two == ">=";
      if (!pair && std::string("=<>()[],").find(c) == std::string::npos) return std::nullopt;
      words.push_back({Word::sign, pair ? two : std::string(1, c), json()});
      i += pair ? 2 : 1;
    }
  }
  words.push_back({});
  return words;
}

bool contains(const json& list, const json& value) {
  return list.is_array() && std::find(list.begin(), list.end(), value) != list.end();
}

bool compare(const std::string& relation, const json& left, const json& right) {
  if (relation == "==" || relation == "=") return left == right;
  if (relation == "!=") return left != right;
  if (relation == "HAS") return contains(left, right);
  if (relation == "IN") return contains(right, left);
  if (relation == "NOT IN") return !contains(right, left);
  if (relation == "CONTAINS")
    return contains(left, right) || (left.is_string() && right.is_string() &&
                                     left.get_ref<const std::string&>().find(
                                         right.get_ref<const std::string&>()) != std::string::npos);
  const bool ordered =
      (left.is_number() && right.is_number()) || (left.is_string() && right.is_string());
  if (!ordered) return false;
  if (relation == "<") return left < right;
  if (relation == ">") return right < left;
  return relation == "<=" ? !(right < left) : !(left < right);
}

// Recursive descent; what is not an expression leaves `wrong_` set.
class Expression {
 public:
  Expression(std::vector<Word> words, const json& attributes)
      : words_(std::move(words)), attributes_(attributes) {}

  std::optional<bool> read() {
    const bool holds = either();
    if (next().kind != Word::end) wrong_ = true;
    return wrong_ ? std::nullopt : std::optional(holds);
  }

 private:
  const Word& next() const { return words_[at_]; }
  bool take_sign(const char* text) {
    if (next().kind != Word::sign || next().text != text) return false;
    ++at_;
    return true;
  }
  bool take_name(const char* text) {
    if (next().kind != Word::name || upper(next().text) != text) return false;
    ++at_;
    return true;
  }

  bool either() {
    bool holds = both();
    while (!wrong_ && take_name("OR")) holds = both() || holds;
    return holds;
  }

  bool both() {
    bool holds = one();
    while (!wrong_ && take_name("AND")) holds = one() && holds;
    return holds;
  }

  bool one() {
    if (++depth_ > kDeepest) wrong_ = true;
    if (wrong_) return false;
    bool holds = false;
    if (take_name("NOT")) {
      holds = !one();
    } else if (take_sign("(")) {
      holds = either();
      if (!take_sign(")")) wrong_ = true;
    } else {
      holds = comparison();
    }
    --depth_;
    return holds;
  }

  bool comparison() {
    const json left = operand();
    const std::string relation = relation_word();
    // An attribute alone holds where it is true.
    return relation.empty() ? left == true : compare(relation, left, operand());
  }

  std::string relation_word() {
    for (const char* sign : {"==", "=", "!=", "<=", ">=", "<", ">"})
      if (take_sign(sign)) return sign;
    for (const char* name : {"HAS", "IN", "CONTAINS"})
      if (take_name(name)) return name;
    if (!take_name("NOT")) return "";
    if (!take_name("IN")) wrong_ = true;
    return "NOT IN";
  }

  json operand() {
    const Word word = next();
    if (word.kind == Word::literal) {
      ++at_;
      return word.value;
    }
    if (take_sign("[")) return list();
    if (word.kind != Word::name || is_keyword(word.text)) {
      wrong_ = true;
      return json();
    }
    ++at_;
    return attribute(word.text);
  }

  json list() {
    json values = json::array();
    while (!wrong_ && !take_sign("]")) {
      if (!values.empty() && !take_sign(",")) wrong_ = true;
      if (!wrong_) values.push_back(operand());
    }
    return values;
  }

  static bool is_keyword(const std::string& text) {
    for (const char* word : {"AND", "OR", "NOT", "HAS", "IN", "CONTAINS"})
      if (upper(text) == word) return true;
    return false;
  }

  json attribute(const std::string& path) const {
    const json* value = &attributes_;
    for (std::size_t begin = 0; begin <= path.size();) {
      const std::size_t end = std::min(path.find('.', begin), path.size());
      const std::string step = path.substr(begin, end - begin);
      if (!value->is_object() || !value->contains(step)) return json();
      value = &(*value)[step];
      begin = end + 1;
    }
    return *value;
  }

  std::vector<Word> words_;
  const json& attributes_;
  std::size_t at_ = 0;
  int depth_ = 0;
  bool wrong_ = false;
};

}  // namespace

Result<bool> expression_holds(const std::string& text, const json& attributes) {
  std::optional<std::vector<Word>> words = words_of(text);
  std::optional<bool> holds =
      words ? Expression(std::move(*words), attributes).read() : std::nullopt;
  if (!holds) return Error{"argument", "\"" + text + "\" is no expression"};
  return *holds;
}

}  // namespace countersign::simulator
