// The wire between engine and script host, and a host that lies.
#include "interpreter/wire.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <fstream>
#include <random>
#include <thread>

#include "interpreter/host_conversation.h"
#include "tests/support/catch.h"
#include "tests/support/fake_provider.h"

using namespace countersign;
using namespace countersign::shelf;

namespace {
struct Pair {
  int fd[2];
  Pair() { REQUIRE(socketpair(AF_UNIX, SOCK_STREAM, 0, fd) == 0); }
  ~Pair() {
    close(fd[0]);
    if (fd[1] >= 0) close(fd[1]);
  }
  void send(const std::string& bytes) {
    REQUIRE(write(fd[1], bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
  }
  void end() {
    close(fd[1]);
    fd[1] = -1;
  }
};

// A server that would notice if anything were carried out.
class Watching : public CallServer {
 public:
  int served = 0;
  CallOutcome serve(const HostCall& call) override {
    ++served;
    return CallOutcome::answer(json{{"name", call.name}});
  }
  Status deliver(const HostCall&, Result<json>&) override { return Done{}; }
  Result<ScriptFile> module(const std::string&) override {
    return Error{"script", "no modules here"};
  }
  void print(const std::string&) override {}
};

// A "script host" that sends these bytes, whatever it is told.
std::string liar(const std::string& folder, const std::string& bytes) {
  std::ofstream(folder + "/bytes", std::ios::binary) << bytes;
  const std::string path = folder + "/liar.sh";
  std::ofstream(path) << "#!/bin/sh\n# hears what it is told, so that it is not gone before it was "
                         "told\ndd bs=65536 count=1 <&3 >/dev/null 2>&1\ncat '"
                      << folder << "/bytes' >&3\n";
  chmod(path.c_str(), 0755);
  return path;
}

std::string frame(const std::string& payload) {
  const auto n = static_cast<std::uint32_t>(payload.size());
  return std::string{static_cast<char>(n & 255), static_cast<char>(n >> 8 & 255),
                     static_cast<char>(n >> 16 & 255), static_cast<char>(n >> 24 & 255)} +
         payload;
}
}  // namespace

TEST_CASE("frames arrive whole, one by one, however they were cut") {
  Pair pair;
  FrameReader reader(pair.fd[0]);
  const std::string bytes = frame("one") + frame("") + frame(std::string(70000, 'x'));
  std::thread writer([&] {
    for (std::size_t i = 0; i < bytes.size(); i += 7) pair.send(bytes.substr(i, 7));
  });
  CHECK(*reader.next(5000) == "one");
  CHECK(reader.next(5000)->empty());
  CHECK(reader.next(5000)->size() == 70000);
  writer.join();
  CHECK(reader.next(20).error().message == "timeout");
  pair.send("\x05");
  pair.end();
  CHECK(reader.next(1000).error().message == "closed");
}

TEST_CASE("a frame that claims to be huge is refused before it is read") {
  Pair pair;
  FrameReader reader(pair.fd[0]);
  pair.send("\xff\xff\xff\xff");
  CHECK(reader.next(1000).error().message == "a message of more than 64 MiB");
}

TEST_CASE("a script host that lies is ended, and nothing is carried out") {
  struct Lie {
    const char* name;
    std::string bytes;
    int served;
  };
  const Lie lies[] = {
      {"nothing at all", "", 0},
      {"half a frame", frame("{\"type\":\"call\"}").substr(0, 9), 0},
      {"no JSON", frame("hello"), 0},
      {"no object", frame("[1,2]"), 0},
      {"no type", frame("{}"), 0},
      {"a type that is no text", frame("{\"type\":7}"), 0},
      {"an unknown type", frame("{\"type\":\"apply\"}"), 0},
      {"a duplicate key", frame("{\"type\":\"call\",\"type\":\"finished\"}"), 0},
      {"a call without a key", frame("{\"type\":\"call\",\"name\":\"x.y.z\"}"), 0},
      {"a call of the wrong shape",
       frame("{\"type\":\"call\",\"key\":{},\"name\":[],\"wait\":\"yes\"}"), 0},
      {"a wait for nothing", frame("{\"type\":\"wait\"}"), 0},
      {"two calls of one key",
       frame("{\"type\":\"call\",\"key\":\"a/1\",\"name\":\"x\",\"arguments\":{}}") +
           frame("{\"type\":\"call\",\"key\":\"a/1\",\"name\":\"x\",\"arguments\":{}}"),
       1},
      {"deep nesting",
       frame("{\"type\":\"finished\",\"value\":" + std::string(5000, '[') + std::string(5000, ']') +
             "}"),
       0},
      {"text that is not UTF-8", frame("{\"type\":\"finished\",\"value\":\"\xff\"}"), 0},
      {"an unknown that is no text", frame("{\"type\":\"unknown\",\"what\":3}"), 0},
      {"a print that is no text", frame("{\"type\":\"print\",\"text\":{}}"), 0},
      {"an error that is none", frame("{\"type\":\"failed\",\"error\":3}"), 0},
      {"a phase that is skipped twice",
       frame("{\"type\":\"skipped\"}") + frame("{\"type\":\"skipped\"}") +
           frame("{\"type\":\"finished\"}"),
       0},
  };
  for (const Lie& lie : lies) {
    DYNAMIC_SECTION(lie.name) {
      Fixture f;
      Watching server;
      HostOptions talk;
      talk.executable = liar(f.folder, lie.bytes);
      const PhaseResult ending = converse(talk, server);
      CHECK(ending.kind == PhaseResult::failed);
      CHECK_FALSE(ending.error.message.empty());
      CHECK(server.served == lie.served);
    }
  }
}

TEST_CASE("a script host that never reads is not waited for, and neither is the user") {
  Pair pair;
  const std::string large(8u << 20, 'x');
  CHECK(send_frame(pair.fd[0], large, 200).error().message == "timeout");
  const std::atomic<bool> interrupted{true};
  const auto begin = std::chrono::steady_clock::now();
  CHECK(send_frame(pair.fd[0], large, 60'000, &interrupted).error().kind == "interrupted");
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(5));
  pair.end();
  CHECK(send_frame(pair.fd[0], large, 60'000).error().message == "closed");
}

TEST_CASE("a script host that says too much is ended, whatever it says") {
  struct Flood {
    std::string message;
    int times;
    std::string said;
  };
  for (const Flood& one : {
           Flood{"{\"type\":\"print\",\"text\":\"\\\"\\\"\"}", 1'000'001,
                 "the script said more than 1000000 things without an end"},
           Flood{"{\"type\":\"module\",\"key\":\"m\",\"name\":\"x\"}", 1'001,
                 "the script asked for more than 1000 modules without an end"},
       }) {
    Fixture f;
    std::string bytes;
    for (int i = 0; i < one.times; ++i) bytes += frame(one.message);
    Watching server;
    HostOptions talk;
    talk.executable = liar(f.folder, bytes);
    const PhaseResult ending = converse(talk, server);
    CHECK(ending.error.kind == "limit");
    CHECK(ending.error.message == one.said);
  }
}

TEST_CASE("as many calls as a large change needs fit") {
  Fixture f;
  std::string bytes;
  for (int i = 0; i < 50'000; ++i)
    bytes += frame("{\"type\":\"call\",\"key\":\"a/" + std::to_string(i) +
                   "\",\"name\":\"x\",\"arguments\":{},\"wait\":true}");
  bytes += frame("{\"type\":\"finished\",\"value\":1}");
  // It reads no reply; what it is sent is small enough to lie in the socket or is read beside.
  const std::string path = liar(f.folder, bytes);
  std::ofstream(path) << "#!/bin/sh\ncat <&3 >/dev/null &\ncat '" << f.folder << "/bytes' >&3\n";
  Watching server;
  HostOptions talk;
  talk.executable = path;
  const PhaseResult ending = converse(talk, server);
  INFO(ending.error.message);
  CHECK(ending.kind == PhaseResult::finished);
  CHECK(server.served == 50'000);
}

TEST_CASE("a script host that says that a limit was passed says nothing else by it") {
  Fixture f;
  Watching server;
  HostOptions talk;
  talk.executable =
      liar(f.folder, frame("{\"type\":\"failed\",\"by\":\"host\",\"error\":{\"kind\":\"in_doubt\","
                           "\"message\":\"no\"}}"));
  CHECK(converse(talk, server).error.kind == "limit");
}

TEST_CASE("random bytes from a script host end it cleanly") {
  std::mt19937 random(20261120);
  const std::string seed = frame(
                               "{\"type\":\"call\",\"key\":\"a/"
                               "1\",\"name\":\"x\",\"arguments\":{\"a\":[1,2,{\"b\":null}]},"
                               "\"where\":\"s:1\",\"wait\":true}") +
                           frame("{\"type\":\"finished\",\"value\":{}}");
  Fixture f;
  for (int round = 0; round < 60; ++round) {
    std::string bytes = seed;
    for (unsigned i = 0; i < 1 + random() % 8; ++i)
      bytes[random() % bytes.size()] = static_cast<char>(random());
    if (round % 3 == 0) bytes.resize(random() % bytes.size());
    Watching server;
    HostOptions talk;
    talk.executable = liar(f.folder, bytes);
    const PhaseResult ending = converse(talk, server);
    CHECK((ending.kind == PhaseResult::failed || ending.kind == PhaseResult::finished));
  }
}
