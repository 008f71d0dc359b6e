#include "repl/signing_documents.h"

#include <filesystem>

#include "approvals/signature_scheme.h"
#include "approvals/text_file.h"
#include "repl/views/console.h"
#include "repl/views/escape.h"

namespace countersign {
namespace fs = std::filesystem;
namespace {

const char kReadme[] = "README.txt";

// As a shell takes it: a path with blanks in it must be one word when it is copied.
std::string word(const std::string& path) {
  static const std::string plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./@+:,=%";
  if (!path.empty() && path.find_first_not_of(plain) == path.npos) return path;
  std::string out = "'";
  for (const char c : path) out += c == '\'' ? "'\\''" : std::string(1, c);
  return out + "'";
}

}  // namespace

std::string signing_command(const std::string& path) {
  return "ssh-keygen -Y sign -n " + std::string(kDecisionNamespace) + " -f KEY " + word(path);
}

std::string taking_in_command(const ToSign& paper, const std::string& path) {
  return paper.taken_in + " --decision " + word(path) + " --signature " + word(path + ".sig");
}

namespace {

std::string readme(const SigningPapers& papers) {
  std::string out = visible(papers.title) + "\n";
  if (!papers.read.empty()) {
    out += "\nTo read first:";
    for (const auto& [name, text] : papers.read)
      if (!text.empty() && !name.ends_with(".sig")) out += " " + name;
    out += "\n";
  }
  out += papers.sign.size() > 1 ? "\nSign one of these as it is, with your own SSH key:\n"
                                : "\nSign this as it is, with your own SSH key:\n";
  for (const ToSign& paper : papers.sign)
    out += "\n" + paper.file + ": " + visible(paper.means) + "\n  " + signing_command(paper.file) +
           "\nHand in both files; they are taken in by\n  " + taking_in_command(paper, paper.file) +
           "\n";
  return out;
}

Status write_paper(const fs::path& path, const std::string& text) {
  std::error_code bad;
  // Written anew, with the modes of a document that is sent to others.
  fs::remove(path, bad);
  return create_file(path.string(), text);
}

}  // namespace

Status write_papers(const std::string& folder, const SigningPapers& papers) {
  std::error_code bad;
  fs::create_directories(folder, bad);
  if (bad) return Error{"usage", "the folder \"" + folder + "\" cannot be made: " + bad.message()};
  for (const auto& [name, text] : papers.read) {
    if (text.empty()) continue;
    if (Status written = write_paper(fs::path(folder) / name, text); !written) return written;
  }
  for (const ToSign& paper : papers.sign) {
    const fs::path path = fs::path(folder) / paper.file;
    // A signature of what stood here before is not one of this.
    fs::remove(path.string() + ".sig", bad);
    if (Status written = write_paper(path, paper.document); !written) return written;
  }
  return write_paper(fs::path(folder) / kReadme, readme(papers));
}

std::string papers_text(const std::string& folder, const SigningPapers& papers,
                        CommandContext& context) {
  Page page(context.console.style());
  page.line(0, {{"Written to " + folder + ": " + papers.title}});
  for (const ToSign& paper : papers.sign) {
    const std::string path = (fs::path(folder) / paper.file).string();
    page.line(2, {{paper.file, Tone::strong}, {": " + paper.means}});
    page.command(4, signing_command(path));
    page.command(4, taking_in_command(paper, path));
  }
  return page.text();
}

json papers_json(const std::string& folder, const SigningPapers& papers) {
  json documents = json::array();
  for (const ToSign& paper : papers.sign) {
    const std::string path = (fs::path(folder) / paper.file).string();
    documents.push_back({{"path", path},
                         {"means", paper.means},
                         {"sign", signing_command(path)},
                         {"take_in", taking_in_command(paper, path)}});
  }
  return documents;
}

}  // namespace countersign
