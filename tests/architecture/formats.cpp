// The pages of formats that are written from the code that reads and writes them. This compares;
// COUNTERSIGN_WRITE_REFERENCE=1 writes them anew.
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "interpreter/journal_format.h"
#include "interpreter/wire_message.h"
#include "tests/support/catch.h"

using namespace countersign;

namespace {

std::string cell(std::string text) {
  for (std::size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2)
    text.insert(at, "\\");
  return text;
}

void fields(std::ostringstream& out, const std::vector<FieldText>& all) {
  out << "| field | type | is there | means |\n|---|---|---|---|\n";
  for (const FieldText& one : all)
    out << "| " << (one.name == "…" ? one.name : "`" + one.name + "`") << " | " << cell(one.type)
        << " | " << cell(one.presence) << " | " << cell(one.meaning) << " |\n";
}

std::string journal_page() {
  std::ostringstream out;
  out << "# The journal\n\nWritten from `interpreter/journal_format`, which is what reads and "
         "writes the records.\n\nA run is its journal: a chain of records. Each is one canonical "
         "JSON "
         "object:\n\n```\n{\"body\":{\"phase\":\"drain\",\"seconds\":86400,\"until\":1795262403},"
         "\"kind\":\"wait.started\",\"previous\":\"a3db46d1…\",\"seq\":69,\"time\":1795176003}\n```"
         "\n\n"
         "`seq` counts from 1, `time` is in seconds since 1970 (UTC) on the run's clock, "
         "`previous` "
         "is the SHA-256 of the record before (64 zeros for the first), `kind` says what `body` "
         "holds. A journal with another kind than these, or with a field that is missing or of "
         "another type, is not opened, and does not verify: the error names the record, its kind "
         "and the field. A field that stands in no table was written by a newer version and is "
         "left alone. A field \"not in older records\" came with a later version: where it is "
         "missing, the version that wrote the record knew nothing of it.\n\n\"document\" means the "
         "SHA-256 of a document that is kept beside the journal. Seconds are since 1970 (UTC), or "
         "a length of time.\n\n## Kinds\n";
  for (const KindText& kind : record_texts()) {
    out << "\n### " << kind.name << "\n\n" << kind.meaning << "\n\n";
    fields(out, kind.fields);
  }
  out << "\n## Parts\n";
  for (const KindText& part : part_texts()) {
    std::string meaning = part.meaning;
    meaning[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(meaning[0])));
    out << "\n### " << part.name << "\n\n" << meaning << ".\n\n";
    fields(out, part.fields);
  }
  out << "\n### error\n\nWhy something failed: `kind`, the stable code; `message`, what happened; "
         "where they apply `hint`, the next step, `operation`, `where` (script:line) and `status`, "
         "of an HTTP answer.\n";
  return out.str();
}

void messages(std::ostringstream& out, WireMessage::From from) {
  for (const WireMessage& message : wire_messages()) {
    if (message.from != from) continue;
    out << "\n### " << message.name << "\n\n" << message.meaning;
    if (!message.typed) out << " It bears no `type`.";
    out << "\n";
    if (message.fields.empty()) continue;
    out << "\n| field | type | is there | means |\n|---|---|---|---|\n";
    for (const MessageField& field : message.fields)
      out << "| `" << field.name << "` | " << to_string(field.type) << " | "
          << (field.required ? "always" : "where it applies") << " | " << cell(field.meaning)
          << " |\n";
  }
}

std::string wire_page() {
  std::ostringstream out;
  out << "# The wire\n\nWritten from `interpreter/wire_message`, which the engine holds the script "
         "host's messages to.\n\nEngine and script host speak over one stream socket, descriptor 3 "
         "of the script host: frames of a 4-byte little-endian length and that many bytes of JSON, "
         "64 MiB at most. A message bears its `type`; the engine's orders, which come one at a "
         "time, do not. A message of the script host that is not one of these, or lacks a field, "
         "ends it: nothing was carried out. It is no interface for others: both ends are the same "
         "program.\n\n## From the engine\n";
  messages(out, WireMessage::engine);
  out << "\n## From the script host\n";
  messages(out, WireMessage::host);
  return out.str();
}

bool says(const std::string& name, const std::string& text) {
  const std::string path = COUNTERSIGN_SOURCE_DIR "/docs/formats/" + name;
  if (std::getenv("COUNTERSIGN_WRITE_REFERENCE")) std::ofstream(path, std::ios::binary) << text;
  std::ifstream in(path, std::ios::binary);
  std::ostringstream there;
  there << in.rdbuf();
  return there.str() == text;
}

}  // namespace

TEST_CASE("the page of the journal is what its records are read and written by") {
  CHECK(says("journal.md", journal_page()));
}

TEST_CASE("the page of the wire is what the engine holds messages to") {
  CHECK(says("wire.md", wire_page()));
}
