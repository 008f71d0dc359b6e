// The page that an approver reads, and how people are told that something waits for them.
#include <algorithm>
#include <filesystem>

#include "interpreter/digest.h"
#include "repl/notify/mail_message.h"
#include "tests/repl/cli_fixture.h"
#include "tests/support/catch.h"

using namespace countersign;
using nlohmann::json;
using room::CliFixture;
using room::renaming;

namespace {

// What a program that sends mail would be handed is kept, one file for each.
const char kSendmail[] = "#!/bin/sh\ncat > \"$0.$$\"\n";

struct Office {
  CliFixture room;
  std::string id;

  explicit Office(const std::string& title = "Rename the number", bool mail = true) {
    room.furnish();
    if (mail)
      room.write("countersign.toml",
                 room.read("countersign.toml") + "[notify]\nsendmail = [\"" + room.folder +
                     "/sendmail\", \"-t\"]\nfrom = \"ops@connie.example\"\nwebhook = \"" +
                     room.simulator.endpoint() + "/_sim/clock\"\n");
    room.write("sendmail", kSendmail, 0755);
    std::string script = renaming(R"(attest { "heard", "A caller hears it" })", false);
    const std::string was = "Rename the number";
    script.replace(script.find(was), was.size(), title);
    room.write("rename.lua", script);
    id = room.value(
        {"run", "rename.lua", "-p", "client=acme", "-p", "label=<img src=x onerror=alert(1)>"},
        3)["run"];
  }
  std::vector<std::string> mails() const {
    std::vector<std::string> all;
    for (const auto& one : std::filesystem::directory_iterator(room.folder))
      if (one.path().filename().string().rfind("sendmail.", 0) == 0)
        all.push_back(room.read(one.path().filename().string()));
    return all;
  }
};

std::string header(const std::string& mail, const std::string& name) {
  const std::size_t end = mail.find("\r\n\r\n"), at = mail.find(name + ": ");
  if (at == std::string::npos || at > end) return "";
  std::size_t to = mail.find("\r\n", at);
  while (mail.compare(to, 3, "\r\n ") == 0) to = mail.find("\r\n", to + 2);
  return mail.substr(at + name.size() + 2, to - at - name.size() - 2);
}

// Every base64 part, decoded.
std::string decoded(const std::string& mail) {
  std::string all;
  for (std::size_t at = 0; (at = mail.find("base64\r\n", at)) != std::string::npos;) {
    at = mail.find("\r\n\r\n", at) + 4;
    const std::size_t end = mail.find("\r\n--", at);
    std::string part = mail.substr(at, end - at);
    part.erase(
        std::remove_if(part.begin(), part.end(), [](char c) { return c == '\r' || c == '\n'; }),
        part.end());
    std::string bytes;
    if (base64_decode(part, bytes)) all += bytes + "\n";
    at = end;
  }
  return all;
}

}  // namespace

TEST_CASE("the page holds the plan whole and the documents, loads nothing and runs nothing") {
  Office office;
  const json said = office.room.value({"request", office.id, "--to", "papers", "--html"});
  CHECK(said["page"] == "papers/request.html");
  const std::string page = office.room.read("papers/request.html");
  CHECK(page.find("default-src &#39;none&#39;") == std::string::npos);
  CHECK(page.find("content=\"default-src 'none'; style-src 'unsafe-inline'\"") !=
        std::string::npos);
  CHECK(page.find("name=\"viewport\"") != std::string::npos);
  CHECK(page.find("@media (max-width:40rem)") != std::string::npos);
  for (const char* bad : {"<script", "<img", "http-equiv=\"refresh", "src=\"", "@import", "url("})
    CHECK(page.find(bad) == std::string::npos);
  CHECK(page.find("&lt;img src=x onerror=alert(1)&gt;") != std::string::npos);
  CHECK(page.find("ssh-keygen -Y sign -n countersign-decision -f KEY approve.json") !=
        std::string::npos);
  CHECK(page.find("1 × ceo: olive (olive@connie.example)") != std::string::npos);
  CHECK(page.find("Acme main line") != std::string::npos);
  // The document itself, byte for byte.
  CHECK(page.find("base64," + base64_encode(office.room.read("papers/approve.json"))) !=
        std::string::npos);
  CHECK(page.find("fake-api-secret-acme") == std::string::npos);
  CHECK(page.find(said["request_sha256"].get<std::string>()) != std::string::npos);
  // Without the option there is none.
  office.room.value({"request", office.id, "--to", "plain"});
  CHECK_FALSE(office.room.has("plain/request.html"));
}

TEST_CASE("what waits besides a decision has its page too") {
  Office office;
  office.room.value({"approve", office.id, "--yes"});
  office.room.value({"resume", office.id}, 5);
  const json said = office.room.value(
      {"request", office.id, "--to", "papers", "--html", "--mail", "carla@connie.example"});
  CHECK(said["notified"][0]["ok"] == true);
  const std::string page = office.room.read("papers/request.html");
  CHECK(page.find("A caller hears it") != std::string::npos);
  CHECK(page.find("pass.json") != std::string::npos);
  // Texts keep their lines.
  CHECK(page.find("\\n") == std::string::npos);
  CHECK(office.mails().size() == 1);
}

TEST_CASE("a mail has text, page and documents, and goes to whom it should alone") {
  Office office("Rename: ümläut – \\r\\nBcc: x@y.example");
  const json said = office.room.value({"request", office.id, "--to", "papers", "--mail",
                                       "carla@connie.example", "--mail", "dan@connie.example"});
  REQUIRE(said["notified"].size() == 2);
  CHECK(said["notified"][1]["to"] == "dan@connie.example");
  const auto mails = office.mails();
  REQUIRE(mails.size() == 2);
  for (const std::string& mail : mails) {
    INFO(mail.substr(0, 900));
    CHECK(header(mail, "From") == "ops@connie.example");
    CHECK(header(mail, "Bcc") == "");
    CHECK(header(mail, "Subject").rfind("=?UTF-8?B?", 0) == 0);
    CHECK(header(mail, "Auto-Submitted") == "auto-generated");
    CHECK(mail.find("multipart/alternative") != std::string::npos);
    const std::string all = decoded(mail);
    CHECK(all.find("May sign: 1 × ceo: olive (olive@connie.example)") != std::string::npos);
    CHECK(all.find("<!DOCTYPE html>") != std::string::npos);
    CHECK(all.find(office.room.read("papers/approve.json")) != std::string::npos);
    CHECK(all.find("fake-api-secret-acme") == std::string::npos);
  }
  CHECK((header(mails[0], "To") + header(mails[1], "To")).find("carla@connie.example") !=
        std::string::npos);
}

TEST_CASE("addresses that could be more than one, or a word of a program, are refused") {
  for (const char* good : {"anna@example.com", "a.b+c@x-y.example", "o'neil@example.com"})
    CHECK(is_mail_address(good));
  for (const char* bad : {"", "anna", "@example.com", "anna@", "a@b@c.d", "a b@c.d", "a@c.d, e@f.g",
                          "a@c.d\r\nBcc: e@f.g", "-f@example.com", "a@-x.y", "a@.x", "a@x.",
                          "a..b@x.y", "<a@x.y>", "ä@x.y", "a@x.y\n"})
    CHECK_FALSE(is_mail_address(bad));
  Notice notice;
  notice.subject = "one\r\nBcc: x@y.example\r\n\r\nbody";
  notice.text = "text\r\n.\r\n--=_";
  notice.attached = {{"a\"; b\r\n.json", "{}"}};
  const std::string mail = mail_message(notice, "a@b.c", "d@e.f", 1700000000, "00ff");
  CHECK(mail.find("\r\nBcc:") == std::string::npos);
  CHECK(mail.find("\r\nbody") == std::string::npos);
  CHECK(mail.find("filename=\"a___b__.json\"") != std::string::npos);
  CHECK(header(mail, "Date") == "Tue, 14 Nov 2023 22:13:20 +0000");
}

TEST_CASE("a webhook is told in a few words, on a host that is allowed") {
  Office office;
  const json said = office.room.value({"request", office.id, "--to", "p", "--webhook", "-"});
  CHECK(said["notified"][0]["by"] == "webhook");
  CHECK(said["notified"][0]["to"] == "127.0.0.1");
  CHECK(said["notified"][0]["ok"] == true);
  CHECK(office.room.error(
            {"request", office.id, "--to", "q", "--webhook", "https://evil.example/x"}, 2) ==
        "config: [notify] does not allow to post to evil.example");
  CHECK(office.room.error({"request", office.id, "--to", "q", "--webhook", "http://10.0.0.1/x"}, 2)
            .find("in the clear") != std::string::npos);
  CHECK_FALSE(office.room.has("q"));
}

TEST_CASE("who was not told is said, and the documents stay") {
  Office office;
  office.room.write("sendmail", "#!/bin/sh\nexit 3\n", 0755);
  const json said = office.room.value({"request", office.id, "--to", "p", "--mail", "a@b.example",
                                       "--webhook", office.room.simulator.endpoint() + "/nowhere"},
                                      1);
  REQUIRE(said["notified"].size() == 2);
  CHECK(said["notified"][0]["ok"] == false);
  CHECK(said["notified"][0]["error"]["message"].get<std::string>().find("status 3") !=
        std::string::npos);
  CHECK(said["notified"][1]["ok"] == false);
  CHECK(office.room.has("p/approve.json"));
  Office without("Rename the number", false);
  CHECK(without.room.error({"request", without.id, "--to", "p", "--mail", "a@b.example"}, 2) ==
        "config: [notify] names no program that sends mail");
  CHECK(without.room.error({"request", without.id, "--to", "p", "--webhook", "-"}, 2) ==
        "config: [notify] names no webhook");
  CHECK_FALSE(without.room.has("p"));
}

TEST_CASE("what is due is told of, and where nothing is nobody is") {
  Office office;
  const json said = office.room.value({"due", "--mail", "carla@connie.example", "--webhook", "-"});
  CHECK(said["notified"].size() == 2);
  const auto mails = office.mails();
  REQUIRE(mails.size() == 1);
  CHECK(decoded(mails[0]).find(office.id) != std::string::npos);
  office.room.value({"cancel", office.id, "--reason", "no"});
  const json none = office.room.value({"due", "--mail", "carla@connie.example"});
  CHECK_FALSE(none.contains("notified"));
  CHECK(office.mails().size() == 1);
}

TEST_CASE("[notify] is held to its form") {
  CliFixture room;
  room.furnish();
  const std::string config = room.read("countersign.toml");
  for (const auto& [text, why] : std::map<std::string, std::string>{
           {"webhook = \"http://example.com/x\"", "webhook must be an https:// URL"},
           {"sendmail = [\"/usr/sbin/sendmail\"]", "[notify] has sendmail and no from"},
           {"mail = 1", "unknown key \"mail\" in [notify]"}}) {
    room.write("countersign.toml", config + "[notify]\n" + text + "\n");
    CHECK(room.error({"due"}, 2).find(why) != std::string::npos);
  }
}
