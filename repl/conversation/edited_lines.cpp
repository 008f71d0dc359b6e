// Lines edited with libedit. It reads through a function of ours, so that Ctrl-C and a new size
// come through whichever thread got the signal, and so that what is pasted is taken as a whole.
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <clocale>
#include <cstdlib>
#include <cstring>
#include <cwchar>

#include "repl/conversation/edit_library.h"
#include "repl/conversation/lines.h"
#include "repl/views/escape.h"

namespace countersign {
namespace {

constexpr std::string_view kPasteBegins = "\x1b[200~", kPasteEnds = "\x1b[201~";
constexpr const char* kPasteOn = "\x1b[?2004h";
constexpr const char* kPasteOff = "\x1b[?2004l";
constexpr std::size_t kMostListed = 120;
constexpr int kHistory = 1'000;

void out(const std::string& text) {
  if (write(STDOUT_FILENO, text.data(), text.size()) < 0) {
  }
}

// Bytes of the terminal as characters. Between the marks of a paste, control characters are left
// out and tabs are spaces: what was copied is text and presses no keys.
class Keys {
 public:
  void take(const char* bytes, std::size_t count) { raw_.append(bytes, count); }
  bool empty() const { return raw_.empty(); }
  // What stands at the beginning may be the beginning of a mark.
  bool undecided() const {
    const std::string_view mark = pasting_ ? kPasteEnds : kPasteBegins;
    return raw_.size() < mark.size() && raw_.size() >= (pasting_ ? 1u : 3u) &&
           mark.substr(0, raw_.size()) == raw_;
  }
  bool pasting() const { return pasting_; }

  // The next character; false where there is none yet.
  bool next(wchar_t& c) {
    for (;;) {
      const std::string_view mark = pasting_ ? kPasteEnds : kPasteBegins;
      if (raw_.compare(0, mark.size(), mark) == 0) {
        raw_.erase(0, mark.size());
        pasting_ = !pasting_;
        continue;
      }
      if (raw_.empty()) return false;
      std::mbstate_t state{};
      wchar_t wide = 0;
      const std::size_t size = std::mbrtowc(&wide, raw_.data(), raw_.size(), &state);
      if (size == static_cast<std::size_t>(-2) && raw_.size() < 6) return false;
      const bool bad = size == 0 || size > raw_.size();
      raw_.erase(0, bad ? 1 : size);
      if (bad) continue;
      if (pasting_) {
        if (wide == L'\r') {
          wide = L'\n';
          if (!raw_.empty() && raw_[0] == '\n') raw_.erase(0, 1);
        }
        if (wide == L'\t') wide = L' ';
        if (wide != L'\n' && (wide < 0x20 || wide == 0x7F)) continue;
      }
      c = wide;
      return true;
    }
  }

 private:
  std::string raw_;
  bool pasting_ = false;
};

class EditedLines : public Lines {
 public:
  EditedLines(const EditLibrary& edit, TerminalSignals& interruption,
              std::function<Completion(const std::string&)> complete)
      : edit_(edit), interruption_(interruption), complete_(std::move(complete)) {}

  ~EditedLines() override {
    if (line_) {
      edit_.end(line_);
      tcsetattr(STDIN_FILENO, TCSADRAIN, &cooked_);
    }
    if (history_) edit_.history_end(history_);
  }

  bool open(const std::vector<std::string>& earlier) {
    // Names of people and places are not ASCII; a terminal that shows them is one of UTF-8.
    std::setlocale(LC_CTYPE, "");
    if (MB_CUR_MAX == 1) std::setlocale(LC_CTYPE, "C.UTF-8");
    if (tcgetattr(STDIN_FILENO, &cooked_) != 0) return false;
    line_ = edit_.init("countersign", stdin, stdout, stderr);
    history_ = edit_.history_init();
    if (!line_ || !history_) return false;
    HistEvent event;
    edit_.history(history_, &event, H_SETSIZE, kHistory);
    edit_.history(history_, &event, H_SETUNIQUE, 1);
    edit_.set(line_, EL_CLIENTDATA, this);
    edit_.set(line_, EL_SIGNAL, 0);
    edit_.set(line_, EL_EDITOR, "emacs");
    edit_.set(line_, EL_HIST, edit_.history, history_);
    edit_.set(line_, EL_PROMPT_ESC, &EditedLines::prompt_of, kPromptGuard);
    edit_.set(line_, EL_GETCFN, &EditedLines::read_key);
    // What is typed while a line runs is neither shown nor taken apart by the terminal: it would
    // lose what is more than its buffer holds, and Ctrl-D altogether.
    edit_.set(line_, EL_SETTY, "-x", "-icanon", "-echo", nullptr);
    edit_.set(line_, EL_ADDFN, "complete", "what may stand here", &EditedLines::complete_here);
    edit_.set(line_, EL_BIND, "^I", "complete", nullptr);
    edit_.set(line_, EL_BIND, "^R", "em-inc-search-prev", nullptr);
    edit_.source(line_, nullptr);
    for (const std::string& one : earlier) remember(one);
    return true;
  }

  Got next(const std::string& prompt, std::string& line) override {
    prompt_ = prompt;
    if (interruption_.changed()) edit_.resize(line_);
    // Before the prompt: whoever sees it may type, and the library gets ready only after it.
    edit_.set(line_, EL_PREP_TERM, 1);
    if (!keys_.pasting()) out(kPasteOn);
    int count = 0;
    const char* text = edit_.gets(line_, &count);
    if (!keys_.pasting()) out(kPasteOff);
    if (interruption_.take()) {
      keys_ = Keys();
      out("^C\r\n");
      return Got::interrupted;
    }
    if (text == nullptr || count <= 0) {
      out("\r\n");
      return Got::end;
    }
    line.assign(text, static_cast<std::size_t>(count));
    while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.pop_back();
    return Got::line;
  }

  void remember(const std::string& line) override {
    HistEvent event;
    if (!line.empty()) edit_.history(history_, &event, H_ENTER, line.c_str());
  }

  void asks(bool begins) override {
    if (begins) tcgetattr(STDIN_FILENO, &between_);
    tcsetattr(STDIN_FILENO, TCSADRAIN, begins ? &cooked_ : &between_);
  }

 private:
  static EditedLines& of(EditLine* line) {
    void* self = nullptr;
    // The library's own getter is known to whoever made the line.
    current->edit_.get(line, EL_CLIENTDATA, &self);
    return *static_cast<EditedLines*>(self);
  }

  static char* prompt_of(EditLine* line) { return of(line).prompt_.data(); }

  static int read_key(EditLine* line, wchar_t* c) { return of(line).key(*c); }

  static unsigned char complete_here(EditLine* line, int) { return of(line).completed(); }

  // Reads what is there; false at the end.
  bool take() {
    char bytes[4096];
    const ssize_t got = read(STDIN_FILENO, bytes, sizeof bytes);
    if (got > 0) keys_.take(bytes, static_cast<std::size_t>(got));
    return got > 0 || (got < 0 && errno == EINTR);
  }

  int key(wchar_t& c) {
    for (;;) {
      if (interruption_.flag()) return -1;
      if (interruption_.changed()) {
        edit_.resize(line_);
        edit_.set(line_, EL_PREP_TERM, 0);
        edit_.set(line_, EL_PREP_TERM, 1);
        edit_.set(line_, EL_REFRESH);
      }
      pollfd waits[2] = {{STDIN_FILENO, POLLIN, 0}, {interruption_.descriptor(), POLLIN, 0}};
      if (keys_.undecided()) {
        if (poll(waits, 1, 50) == 1 && take()) continue;
        if (keys_.next(c)) return 1;
      } else if (keys_.next(c)) {
        return 1;
      }
      if (poll(waits, 2, -1) < 0 && errno != EINTR) return 0;
      if (waits[1].revents != 0) interruption_.drain();
      if (waits[0].revents != 0 && !take()) return 0;
    }
  }

  unsigned char completed() {
    const LineInfo* info = edit_.line(line_);
    const std::string before(info->buffer, info->cursor);
    // At the beginning of a line, the key indents.
    if (before.find_first_not_of(' ') == std::string::npos && keys_.pasting()) {
      edit_.insert(line_, "  ");
      return CC_REFRESH;
    }
    const Completion found = complete_(before);
    if (found.candidates.empty()) return CC_REFRESH_BEEP;
    const std::string common = found.common();
    const std::size_t begun = before.size() - found.from;
    if (common.size() > begun || found.candidates.size() == 1) {
      edit_.erase(line_, static_cast<int>(columns(before.substr(found.from))));
      edit_.insert(line_, common.c_str());
      return CC_REFRESH;
    }
    list(found);
    return CC_REDISPLAY;
  }

  void list(const Completion& found) {
    std::size_t widest = 0;
    const std::size_t shown = std::min(found.candidates.size(), kMostListed);
    for (std::size_t i = 0; i < shown; ++i)
      widest = std::max(widest, columns(visible(found.candidates[i].shown)));
    int lines = 0, width = 0;
    edit_.get(line_, EL_GETTC, "li", &lines, nullptr);
    edit_.get(line_, EL_GETTC, "co", &width, nullptr);
    const std::size_t across =
        std::max<std::size_t>(1, static_cast<std::size_t>(width > 10 ? width : 80) / (widest + 2));
    const std::size_t down = (shown + across - 1) / across;
    std::string text = "\r\n";
    for (std::size_t row = 0; row < down; ++row) {
      for (std::size_t i = row; i < shown; i += down) {
        const std::string one = visible(found.candidates[i].shown);
        text += one;
        if (i + down < shown) text += std::string(widest + 2 - columns(one), ' ');
      }
      text += "\r\n";
    }
    if (shown < found.candidates.size())
      text += "and " + std::to_string(found.candidates.size() - shown) + " more\r\n";
    out(text);
  }

  // libedit hands its own object to callbacks; whose it is, is asked through it.
  friend Result<std::unique_ptr<Lines>> countersign::edited_lines(
      TerminalSignals&, std::function<Completion(const std::string&)>,
      const std::vector<std::string>&);
  static EditedLines* current;

  const EditLibrary& edit_;
  TerminalSignals& interruption_;
  std::function<Completion(const std::string&)> complete_;
  EditLine* line_ = nullptr;
  ::History* history_ = nullptr;
  std::string prompt_;
  Keys keys_;
  termios cooked_{}, between_{};
};

EditedLines* EditedLines::current = nullptr;

}  // namespace

Result<std::unique_ptr<Lines>> edited_lines(TerminalSignals& interruption,
                                            std::function<Completion(const std::string&)> complete,
                                            const std::vector<std::string>& earlier) {
  const EditLibrary* library = TRY(edit_library());
  auto lines = std::make_unique<EditedLines>(*library, interruption, std::move(complete));
  EditedLines::current = lines.get();
  if (!lines->open(earlier))
    return Error{"usage", "lines cannot be edited on this terminal", "set TERM to what it is"};
  return std::unique_ptr<Lines>(std::move(lines));
}

}  // namespace countersign
