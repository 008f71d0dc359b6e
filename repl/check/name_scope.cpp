#include "repl/check/name_scope.h"

#include <algorithm>

namespace countersign::lua {
namespace {

constexpr std::size_t kMostLocals = 200;

}  // namespace

void NameScope::open_function() {
  blocks_.push_back({false, true, locals_.size(), labels_.size(), jumps_.size()});
}

std::optional<SyntaxError> NameScope::close_function() {
  const Block block = blocks_.back();
  blocks_.pop_back();
  std::optional<SyntaxError> error;
  if (jumps_.size() > block.jumps) {
    const Jump& lost = jumps_[block.jumps];
    error = SyntaxError{
        lost.at, "there is no label \"" + std::string(lost.name) + "\" that this goto can reach"};
  }
  locals_.resize(block.locals);
  labels_.resize(block.labels);
  jumps_.resize(block.jumps);
  return error;
}

void NameScope::open_block(bool loop) {
  blocks_.push_back({loop, false, locals_.size(), labels_.size(), jumps_.size()});
}

std::optional<SyntaxError> NameScope::close_block() {
  const Block block = blocks_.back();
  blocks_.pop_back();
  locals_.resize(block.locals);
  labels_.resize(block.labels);
  // What found no label in here looks for one outside, without the block's locals.
  for (std::size_t i = block.jumps; i < jumps_.size(); ++i)
    jumps_[i].locals = std::min(jumps_[i].locals, block.locals);
  return std::nullopt;
}

std::optional<SyntaxError> NameScope::declare(std::string_view name, bool constant, Position at) {
  locals_.push_back({name, constant});
  std::size_t begin = 0;
  for (const Block& block : blocks_)
    if (block.function) begin = block.locals;
  if (locals_.size() - begin > kMostLocals)
    return SyntaxError{at, "a function has 200 locals at most, and this is one more"};
  return std::nullopt;
}

bool NameScope::is_constant(std::string_view name) const {
  for (auto local = locals_.rbegin(); local != locals_.rend(); ++local)
    if (local->name == name) return local->constant;
  return false;
}

bool NameScope::is_local(std::string_view name) const {
  return std::any_of(locals_.begin(), locals_.end(),
                     [&](const Local& local) { return local.name == name; });
}

bool NameScope::in_loop() const {
  for (auto block = blocks_.rbegin(); block != blocks_.rend(); ++block) {
    if (block->loop) return true;
    if (block->function) return false;
  }
  return false;
}

// The jumps since `from` that wait for this label.
std::optional<SyntaxError> NameScope::arrive(const Label& label, std::size_t from) {
  for (std::size_t i = from; i < jumps_.size();) {
    if (jumps_[i].name != label.name) {
      ++i;
      continue;
    }
    if (jumps_[i].locals < label.locals)
      return SyntaxError{jumps_[i].at, "this goto jumps into the scope of the local \"" +
                                           std::string(locals_[jumps_[i].locals].name) + "\""};
    jumps_.erase(jumps_.begin() + static_cast<std::ptrdiff_t>(i));
  }
  return std::nullopt;
}

std::optional<SyntaxError> NameScope::label(std::string_view name, bool last, Position at) {
  std::size_t begin = 0;
  for (const Block& block : blocks_)
    if (block.function) begin = block.labels;
  for (std::size_t i = begin; i < labels_.size(); ++i)
    if (labels_[i].name == name)
      return SyntaxError{at, "the label \"" + std::string(name) + "\" stands twice"};
  const Label made{name, last ? blocks_.back().locals : locals_.size()};
  labels_.push_back(made);
  return arrive(made, blocks_.back().jumps);
}

void NameScope::jump(std::string_view name, Position at) {
  std::size_t begin = 0;
  for (const Block& block : blocks_)
    if (block.function) begin = block.labels;
  // Backwards to a label that is there already.
  for (std::size_t i = begin; i < labels_.size(); ++i)
    if (labels_[i].name == name) return;
  jumps_.push_back({name, at, locals_.size()});
}

}  // namespace countersign::lua
