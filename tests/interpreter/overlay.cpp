// What planning knows of the state that its own intents will have made.
#include "interpreter/overlay.h"

#include "tests/support/catch.h"

using namespace countersign;

namespace {

TEST_CASE("overlay: a target is what was set last, and unknown where nothing was") {
  Overlay overlay;
  CHECK_FALSE(overlay.find("/numbers/1"));
  overlay.set("/numbers/1", {{"name", "desk"}});
  overlay.set("/numbers/1", {{"name", "front desk"}});
  CHECK(*overlay.find("/numbers/1") == json{{"name", "front desk"}});
  CHECK_FALSE(overlay.find("/numbers/2"));
  CHECK_FALSE(overlay.find("/numbers"));
}

TEST_CASE("overlay: what was removed is gone, which is not the same as unknown") {
  Overlay overlay;
  overlay.set("/numbers/1", nullptr);
  REQUIRE(overlay.find("/numbers/1"));
  CHECK(overlay.find("/numbers/1")->is_null());
}

TEST_CASE("overlay: what is below a touched target is read from it") {
  Overlay overlay;
  overlay.set("/env/acme", {{"A", "1"}, {"B/C", "2"}});
  CHECK(*overlay.find("/env/acme/A") == "1");
  CHECK(*overlay.find("/env/acme/B~1C") == "2");
  REQUIRE(overlay.find("/env/acme/Z"));
  CHECK(overlay.find("/env/acme/Z")->is_null());
  CHECK_FALSE(overlay.find("/env/acmes"));
}

TEST_CASE("overlay: the nearest touched ancestor counts") {
  Overlay overlay;
  overlay.set("/a", {{"b", {{"c", 1}}}});
  overlay.set("/a/b", {{"c", 2}});
  CHECK(*overlay.find("/a/b/c") == 2);
}

TEST_CASE("overlay: everything touched below a prefix, and nothing beside it") {
  Overlay overlay;
  overlay.set("/numbers/1", 1);
  overlay.set("/numbers/2", nullptr);
  overlay.set("/numbers2/3", 3);
  overlay.set("/number", 4);
  CHECK(overlay.below("/numbers") ==
        std::map<std::string, json>{{"/numbers/1", 1}, {"/numbers/2", nullptr}});
}

TEST_CASE("overlay: what an operation obscures is known after it, until it is projected again") {
  Overlay overlay;
  CHECK(overlay.known_after("/flex/a") == 0);
  overlay.obscure("/flex", 3);
  CHECK(overlay.known_after("/flex") == 3);
  CHECK(overlay.known_after("/flex/a") == 3);
  CHECK(overlay.known_after("/flexible") == 0);
  overlay.obscure("/flex/a", 5);
  CHECK(overlay.known_after("/flex/a") == 5);
  CHECK(overlay.known_after("/flex/b") == 3);
  overlay.set("/flex/a", 1);
  CHECK(overlay.known_after("/flex/a") == 0);
  overlay.set("/flex", json::object());
  CHECK(overlay.known_after("/flex") == 0);
}

TEST_CASE("overlay: files have the contents that were written last, or are gone") {
  Overlay overlay;
  CHECK(overlay.content("/w/a") == nullptr);
  CHECK_FALSE(overlay.gone("/w/a"));
  overlay.set_content("/w/a", "one");
  overlay.set_content("/w/a", "two");
  CHECK(*overlay.content("/w/a") == "two");
  overlay.remove_content("/w/a");
  CHECK(overlay.content("/w/a") == nullptr);
  CHECK(overlay.gone("/w/a"));
  overlay.set_content("/w/a", "three");
  CHECK_FALSE(overlay.gone("/w/a"));
}

TEST_CASE("overlay: with a folder goes what is below it, and only that") {
  Overlay overlay;
  overlay.set_content("/w/folder/a", "1");
  overlay.set_content("/w/folder/deep/b", "2");
  overlay.set_content("/w/folders", "3");
  overlay.remove_content("/w/folder");
  CHECK(overlay.content("/w/folder/a") == nullptr);
  CHECK(overlay.content("/w/folder/deep/b") == nullptr);
  CHECK(overlay.gone("/w/folder/deep/never seen"));
  CHECK(*overlay.content("/w/folders") == "3");
  CHECK_FALSE(overlay.gone("/w/folders"));
  overlay.set_content("/w/folder/new", "4");
  CHECK_FALSE(overlay.gone("/w/folder/new"));
  CHECK(overlay.gone("/w/folder/a"));
}

}  // namespace
