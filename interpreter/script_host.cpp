#include "interpreter/script_host.h"

#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <deque>
#include <lua.hpp>
#include <map>
#include <string>

#include "interpreter/jail.h"
#include "interpreter/lua_sandbox.h"
#include "interpreter/lua_value.h"
#include "interpreter/parameters.h"
#include "interpreter/placeholder.h"
#include "interpreter/times.h"
#include "interpreter/wire.h"

namespace countersign {
namespace {

// The place of a call, which is its key in the journal: "inspect/parallel#1[3].2".
struct Scope {
  std::string prefix;
  int calls = 0, parallels = 0;
};

struct Host {
  explicit Host(int descriptor) : fd(descriptor), reader(descriptor) {}
  int fd;
  FrameReader reader;
  json start;
  const json* asked = nullptr;  // what is being run: `start`, or a later chunk of a host that stays
  bool expression = false;      // whether it was compiled as one
  Scope main;
  Scope* scope = &main;
  bool branching = false;            // inside a branch of parallel: host calls may yield
  std::map<std::string, json> kept;  // replies that came while another was waited for
  std::deque<std::string> arrivals;  // their keys, in the order of delivery
  std::string waiting;               // the key that a yielding host call waits for
  std::string last_line;             // of the script, while it is loaded: "script:line"
  bool loading = false;              // the script's top level runs
  bool freezes = false;              // what operations return is read-only
  std::size_t memory = 0, memory_limit = 0;
};

constexpr std::size_t kMostNames = 2'000;
// Instructions of the Lua interpreter after which the engine is told where the script is: some
// hundredths of a second.
constexpr int kTick = 5'000'000;

// Yielded up through coroutines to the scheduler of `parallel`: "wake me when the reply is here".
char kHostYield;

Host& host_of(lua_State* L) {
  return **static_cast<Host**>(lua_getextraspace(L));
}

[[noreturn]] void leave(Host& host, const json& message) {
  (void)write_frame(host.fd, message.dump(-1, ' ', false, json::error_handler_t::replace));
  _exit(0);
}

// The allocator's cap is final: a script that catches "not enough memory" would only try again.
void* allocate(void* context, void* block, std::size_t old_size, std::size_t new_size) {
  Host& host = *static_cast<Host*>(context);
  if (!block) old_size = 0;
  if (new_size == 0) {
    host.memory -= old_size;
    free(block);
    return nullptr;
  }
  if (host.memory_limit != 0 && new_size > old_size &&
      host.memory - old_size + new_size > host.memory_limit) {
    static const char message[] =
        "{\"type\":\"failed\",\"by\":\"host\",\"error\":{\"kind\":\"limit\",\"message\":\"the "
        "script used more "
        "memory than it may\","
        "\"hint\":\"keep less in tables and text at a time\"}}";
    (void)write_frame(host.fd, message);
    _exit(0);
  }
  void* moved = realloc(block, new_size);
  if (moved) host.memory += new_size - old_size;
  return moved;
}

void send(lua_State* L, Host& host, const json& message) {
  if (const Status sent = write_frame(host.fd, message.dump()); !sent) {
    if (sent.error().message == "closed") _exit(1);
    luaL_error(L, "%s", sent.error().message.c_str());
  }
}

json receive(Host& host) {
  Result<std::string> frame = host.reader.next(-1);
  if (!frame) _exit(1);  // the engine is gone, and nothing may be decided without it
  return json::parse(*frame);
}

bool of_script(const lua_Debug& frame) {
  return frame.currentline > 0 && std::strncmp(frame.source, "@stdlib/", 8) != 0;
}

std::string place_of(const lua_Debug& frame) {
  return std::string(frame.short_src) + ":" + std::to_string(frame.currentline);
}

// "script:line" of the innermost function that is not the standard library's. Who called by
// `return f(…)` is gone from the stack; while the script is loaded its last line is known.
std::string where(lua_State* L, int level = 1) {
  lua_Debug frame;
  for (; lua_getstack(L, level, &frame); ++level) {
    lua_getinfo(L, "Slt", &frame);
    if (of_script(frame)) return place_of(frame);
    if (frame.istailcall && !host_of(L).last_line.empty()) return host_of(L).last_line;
  }
  return "";
}

// Its lines while the script is loaded; and now and then where it is, so that the engine can say so
// should it have to end what does not end.
void watch(lua_State* L, lua_Debug* frame) {
  Host& host = host_of(L);
  if (frame->event == LUA_HOOKCOUNT) {
    const std::string at = where(L, 0);
    if (!at.empty()) send(L, host, {{"type", "at"}, {"where", at}});
    return;
  }
  lua_getinfo(L, "S", frame);
  if (of_script(*frame)) host.last_line = place_of(*frame);
}

// Coroutines take the hook over from what creates them.
void set_watch(lua_State* L) {
  const int lines = host_of(L).loading ? LUA_MASKLINE : 0;
  lua_sethook(L, watch, LUA_MASKCOUNT | lines, kTick);
}

// Pushes the value of a reply, or raises its error.
int finish(lua_State* L, const json& reply, const std::string& at) {
  bool failed = false;
  {
    if (const auto error = reply.find("error"); error != reply.end()) {
      failed = true;
      json shown = *error;
      if (!shown.contains("where") && !at.empty()) shown["where"] = at;
      push_error(L, shown);
    } else {
      const json value = reply.value("value", json());
      if (host_of(L).freezes)
        push_frozen(L, value);
      else
        push_json(L, value);
    }
  }
  return failed ? lua_error(L) : 1;
}

// Waits until the reply for `key` is here; keeps the others for the scheduler.
json await(Host& host, const std::string& key) {
  for (;;) {
    if (const auto at = host.kept.find(key); at != host.kept.end()) {
      json reply = std::move(at->second);
      host.kept.erase(at);
      for (auto arrival = host.arrivals.begin(); arrival != host.arrivals.end(); ++arrival)
        if (*arrival == key) {
          host.arrivals.erase(arrival);
          break;
        }
      return reply;
    }
    json reply = receive(host);
    std::string arrived = reply.value("key", "");
    host.arrivals.push_back(arrived);
    host.kept[arrived] = std::move(reply);
  }
}

int call_continues(lua_State* L, int, lua_KContext) {
  // The scheduler has put the reply at the top of the stack as text, and it stands at index 3.
  json reply;
  std::string at;
  {
    Host& host = host_of(L);
    const auto found = host.kept.find(host.waiting);
    if (found != host.kept.end()) {
      reply = std::move(found->second);
      host.kept.erase(found);
    }
    at = reply.value("at", "");
  }
  return finish(L, reply, at);
}

// host.call(name, arguments)
int host_call(lua_State* L) {
  const char* name = luaL_checkstring(L, 1);
  std::string why, key, at = where(L);
  bool bad = false;
  Host& host = host_of(L);
  {
    json arguments;
    bad = !to_json(L, 2, arguments, why);
    if (!bad) {
      if (arguments.is_null()) arguments = json::object();
      key = host.scope->prefix + std::to_string(++host.scope->calls);
      const bool yields = host.branching && lua_isyieldable(L);
      send(L, host,
           {{"type", "call"},
            {"key", key},
            {"name", name},
            {"arguments", arguments},
            {"where", at},
            {"wait", !yields}});
      if (!yields) {
        const json reply = await(host, key);
        return finish(L, reply, at);
      }
    }
  }
  if (bad) {
    json error = {{"kind", "argument"},
                  {"message", std::string(name) + ": got " + why + ", want plain data"},
                  {"operation", name},
                  {"where", at}};
    if (why == "a function")
      error["hint"] =
          "an operation is called with a dot, not with a colon: " + std::string(name) + " { … }";
    push_error(L, error);
    return lua_error(L);
  }
  host.waiting = key;
  lua_pushlightuserdata(L, &kHostYield);
  return lua_yieldk(L, 1, 0, call_continues);
}

bool is_host_yield(lua_State* co, int results) {
  return results == 1 && lua_islightuserdata(co, -1) && lua_touserdata(co, -1) == &kHostYield;
}

// ---- coroutines that let the host's yield through
// --------------------------------------------------

int resume_continues(lua_State* L, int status, lua_KContext context);

// Resumes the coroutine at `co` with `count` arguments on its stack; leaves status and values on L
// for coroutine.resume.
int resume_once(lua_State* L, lua_State* co, int count, bool wrapped) {
  int results = 0;
  const int status = lua_resume(co, L, count, &results);
  if (status == LUA_YIELD && is_host_yield(co, results)) {
    lua_pop(co, 1);
    lua_pushlightuserdata(L, &kHostYield);
    return lua_yieldk(L, 1, wrapped ? 1 : 0, resume_continues);
  }
  if (status == LUA_OK || status == LUA_YIELD) {
    if (!lua_checkstack(L, results + 1)) return luaL_error(L, "too many results to resume");
    if (!wrapped) lua_pushboolean(L, 1);
    lua_xmove(co, L, results);
    return wrapped ? results : results + 1;
  }
  if (wrapped) {
    lua_xmove(co, L, 1);
    return lua_error(L);
  }
  lua_pushboolean(L, 0);
  lua_xmove(co, L, 1);
  return 2;
}

lua_State* coroutine_of(lua_State* L, bool wrapped) {
  return wrapped ? lua_tothread(L, lua_upvalueindex(1)) : lua_tothread(L, 1);
}

int resume_continues(lua_State* L, int, lua_KContext context) {
  const bool wrapped = context == 1;
  return resume_once(L, coroutine_of(L, wrapped), 0, wrapped);
}

int coroutine_resume(lua_State* L) {
  luaL_checktype(L, 1, LUA_TTHREAD);
  lua_State* co = lua_tothread(L, 1);
  const int count = lua_gettop(L) - 1;
  if (co == L || (lua_status(co) == LUA_OK && lua_gettop(co) == 0) || !lua_checkstack(co, count) ||
      (lua_status(co) != LUA_OK && lua_status(co) != LUA_YIELD)) {
    lua_pushboolean(L, 0);
    lua_pushliteral(L, "cannot resume this coroutine: it is dead or running");
    return 2;
  }
  lua_xmove(L, co, count);
  return resume_once(L, co, count, false);
}

int coroutine_wrapped(lua_State* L) {
  lua_State* co = lua_tothread(L, lua_upvalueindex(1));
  const int count = lua_gettop(L);
  if (co == L || (lua_status(co) == LUA_OK && lua_gettop(co) == 0) || !lua_checkstack(co, count) ||
      (lua_status(co) != LUA_OK && lua_status(co) != LUA_YIELD))
    return luaL_error(L, "cannot resume this coroutine: it is dead or running");
  lua_xmove(L, co, count);
  return resume_once(L, co, count, true);
}

int coroutine_wrap(lua_State* L) {
  luaL_checktype(L, 1, LUA_TFUNCTION);
  lua_State* co = lua_newthread(L);
  lua_pushvalue(L, 1);
  lua_xmove(L, co, 1);
  lua_pushcclosure(L, coroutine_wrapped, 1);
  return 1;
}

// ---- parallel
// ------------------------------------------------------------------------------------------

struct Branch {
  lua_State* co = nullptr;
  Scope scope;
  std::string waiting;  // the key it waits for; empty when it may run or has ended
  bool ended = false, failed = false;
};

// Runs branch `i` until it waits for a reply or ends. The thread stands in the table at `threads`,
// results go to `results`.
void run_branch(lua_State* L, Host& host, Branch& branch, lua_Integer i, int arguments,
                int results_table, int errors_table) {
  Scope* outer = host.scope;
  const bool outer_branching = host.branching;
  host.scope = &branch.scope;
  host.branching = true;
  int count = 0;
  host.waiting = branch.waiting;
  branch.waiting.clear();
  const int status = lua_resume(branch.co, L, arguments, &count);
  host.scope = outer;
  host.branching = outer_branching;
  if (status == LUA_YIELD && is_host_yield(branch.co, count)) {
    lua_pop(branch.co, 1);
    branch.waiting = host.waiting;
    return;
  }
  branch.ended = true;
  if (status == LUA_OK) {
    lua_settop(branch.co, count > 0 ? lua_gettop(branch.co) - count + 1 : lua_gettop(branch.co));
    if (count == 0) lua_pushnil(branch.co);
    lua_xmove(branch.co, L, 1);
    if (lua_isnil(L, -1)) {
      lua_pop(L, 1);
      lua_pushboolean(L, 0);
    }
    lua_rawseti(L, results_table, i);
    return;
  }
  branch.failed = true;
  if (status == LUA_YIELD)
    lua_pushliteral(L, "a branch of parallel yielded outside a coroutine of its own");
  else
    lua_xmove(branch.co, L, 1);
  lua_rawseti(L, errors_table, i);
}

// host.parallel(list, fn, limit): results in the order of the list; the first error in that order
// is raised after every branch that was begun has ended. A branch that returns nothing gives false.
int host_parallel(lua_State* L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  luaL_checktype(L, 2, LUA_TFUNCTION);
  const auto limit = static_cast<std::size_t>(
      std::max<lua_Integer>(1, std::min<lua_Integer>(luaL_optinteger(L, 3, 32), 64)));
  const lua_Integer n = luaL_len(L, 1);
  lua_settop(L, 2);
  lua_createtable(L, static_cast<int>(std::min<lua_Integer>(n, 1 << 20)), 0);  // 3: results
  lua_newtable(L);                                                             // 4: errors
  lua_newtable(L);  // 5: threads, to keep them alive
  bool failed = false;
  lua_Integer first_failed = 0;
  {
    Host& host = host_of(L);
    const std::string place =
        host.scope->prefix + "parallel#" + std::to_string(++host.scope->parallels) + "[";
    std::map<lua_Integer, Branch> active;
    lua_Integer begun = 0;
    while (begun < n || !active.empty()) {
      while (!failed && begun < n && active.size() < limit) {
        const lua_Integer i = ++begun;
        Branch& branch = active[i];
        branch.scope.prefix = place + std::to_string(i) + "].";
        branch.co = lua_newthread(L);
        lua_rawseti(L, 5, i);
        lua_pushvalue(L, 2);
        lua_geti(L, 1, i);
        lua_pushinteger(L, i);
        lua_xmove(L, branch.co, 3);
        run_branch(L, host, branch, i, 2, 3, 4);
        if (branch.ended) {
          if (branch.failed && (!failed || i < first_failed)) first_failed = i;
          failed = failed || branch.failed;
          active.erase(i);
        }
      }
      if (active.empty()) {
        if (failed) break;
        continue;
      }
      std::string arrived;
      for (auto at = host.arrivals.begin(); at != host.arrivals.end() && arrived.empty(); ++at)
        for (const auto& [i, branch] : active)
          if (branch.waiting == *at) {
            arrived = *at;
            host.arrivals.erase(at);
            break;
          }
      if (arrived.empty()) {
        send(L, host, {{"type", "wait"}});
        json reply = receive(host);
        std::string key = reply.value("key", "");
        host.arrivals.push_back(key);
        host.kept[key] = std::move(reply);
        continue;
      }
      for (auto& [i, branch] : active) {
        if (branch.waiting != arrived) continue;
        const lua_Integer index = i;
        run_branch(L, host, branch, index, 0, 3, 4);
        if (branch.ended) {
          if (branch.failed && (!failed || index < first_failed)) first_failed = index;
          failed = failed || branch.failed;
          active.erase(index);
        }
        break;
      }
    }
  }
  if (failed) {
    lua_rawgeti(L, 4, first_failed);
    return lua_error(L);
  }
  lua_settop(L, 3);
  return 1;
}

// ---- what the standard library's Lua is given
// ---------------------------------------------------------

// host.tell(type, value): a message that expects no reply.
int host_tell(lua_State* L) {
  std::string why;
  bool bad = false;
  {
    json value;
    bad = !to_json(L, 2, value, why);
    if (!bad) send(L, host_of(L), {{"type", luaL_checkstring(L, 1)}, {"value", value}});
  }
  return bad ? luaL_error(L, "got %s, want plain data", why.c_str()) : 0;
}

int host_print(lua_State* L) {
  const int n = lua_gettop(L);
  std::string text;
  for (int i = 1; i <= n; ++i) {
    push_text(L, i);
    std::size_t size = 0;
    const char* part = lua_tolstring(L, -1, &size);
    if (i > 1) text += '\t';
    text.append(part, size);
    lua_pop(L, 1);
  }
  send(L, host_of(L),
       {{"type", "print"},
        {"text", json(text).dump(-1, ' ', false, json::error_handler_t::replace)}});
  return 0;
}

// Ends this script host at once: the phase needs something that is not known yet. No pcall sees it.
int host_unknown(lua_State* L) {
  leave(host_of(L), {{"type", "unknown"}, {"what", luaL_checkstring(L, 1)}});
}

int host_place(lua_State* L) {
  lua_pushstring(L, where(L).c_str());
  return 1;
}

// host.loading(flag): whether the script's top level runs. Its lines are remembered meanwhile.
int host_loading(lua_State* L) {
  Host& host = host_of(L);
  host.loading = lua_toboolean(L, 1) != 0;
  if (!host.loading) host.last_line.clear();
  set_watch(L);
  return 0;
}

// An assignment to a frozen table: 1: table, 2: key, 3: value.
int refuse_change(lua_State* L) {
  {
    const std::string place = where(L);
    std::string key = "an entry";
    if (lua_isinteger(L, 2))
      key = "[" + std::to_string(lua_tointeger(L, 2)) + "]";
    else if (lua_type(L, 2) == LUA_TSTRING)
      key = "\"" + std::string(lua_tostring(L, 2)) + "\"";
    push_error(L, {{"kind", "script"},
                   {"message", key + " cannot be set: what was read is frozen"},
                   {"hint", "make a changed copy: edit(document, function(d) … end)"},
                   {"where", place}});
  }
  return lua_error(L);
}

// host.freezing(flag): whether what operations return is read-only. A run that began with an
// earlier language goes on with that one, which does not say so.
int host_freezing(lua_State* L) {
  host_of(L).freezes = lua_toboolean(L, 1) != 0;
  return 0;
}

// The value at 1 as plain data, handed to `push`; nil and why where it is none.
int as_data(lua_State* L, void (*push)(lua_State*, const json&)) {
  {
    json value;
    std::string why;
    if (to_json(L, 1, value, why)) {
      push(L, value);
      return 1;
    }
    lua_pushnil(L);
    lua_pushlstring(L, why.data(), why.size());
  }
  return 2;
}

// host.freeze(value), host.copy(value): the value again, read-only or open.
int host_freeze(lua_State* L) {
  return as_data(L, push_frozen);
}

int host_copy(lua_State* L) {
  return as_data(L, push_json);
}

bool holds_mark(const json& value) {
  if (value.is_object() && value.contains(kMark)) return true;
  if (value.is_structured())
    for (const json& part : value)
      if (holds_mark(part)) return true;
  return false;
}

// host.encode(value [, indented]): its JSON text; nil and why where it has none.
int host_encode(lua_State* L) {
  {
    json value;
    std::string why;
    bool good = to_json(L, 1, value, why);
    if (good && holds_mark(value)) {
      good = false;
      why = "a handle, or what is known only later";
    }
    if (good) {
      const std::string text = value.dump(lua_toboolean(L, 2) ? 2 : -1);
      lua_pushlstring(L, text.data(), text.size());
      return 1;
    }
    lua_pushnil(L);
    lua_pushlstring(L, why.data(), why.size());
  }
  return 2;
}

// host.list(table): the table, which is a list also when it is empty.
int host_list(lua_State* L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 1);
  mark_list(L);
  return 1;
}

// host.missing(frozen, fn): fn(frozen, key) is asked for what a frozen table does not have.
int host_missing(lua_State* L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  luaL_checktype(L, 2, LUA_TFUNCTION);
  lua_settop(L, 2);
  set_missing(L, 1);
  return 1;
}

// host.unfit(parameter, value): what the parameter wants instead; nil where the value fits.
int host_unfit(lua_State* L) {
  {
    json declared, value;
    std::string why;
    if (!to_json(L, 1, declared, why) || !to_json(L, 2, value, why))
      why = "plain data";
    else
      why = unfit_value(declared, value);
    if (why.empty())
      lua_pushnil(L);
    else
      lua_pushlstring(L, why.data(), why.size());
  }
  return 1;
}

int host_mark(lua_State* L) {
  lua_pushboolean(L, is_mark(L, 1));
  return 1;
}

// host.module(name): the text of a module, read and pinned by the engine.
int host_module(lua_State* L) {
  const std::string name = luaL_checkstring(L, 1);
  Host& host = host_of(L);
  const std::string at = where(L);
  json reply;
  {
    const std::string key = "module:" + name;
    send(L, host, {{"type", "module"}, {"key", key}, {"name", name}});
    reply = await(host, key);
  }
  if (reply.contains("error")) return finish(L, reply, at);
  bool bad = false;
  {
    const std::string text = reply["value"]["text"].get<std::string>();
    const std::string chunk = "@" + reply["value"]["chunk"].get<std::string>();
    bad = luaL_loadbufferx(L, text.data(), text.size(), chunk.c_str(), "t") != LUA_OK;
  }
  if (bad) return lua_error(L);
  return 1;
}

// Marks are the engine's: text that looks like one, such as a snapshot's file, must not become one.
void disarm(json& value, int depth) {
  if (depth > 100) {
    value = nullptr;
    return;
  }
  if (value.is_object() && value.contains(kMark)) {
    const json& mark = value[kMark];
    const auto said = [&](const char* key) {
      return mark.is_object() && mark.contains(key) && mark[key].is_string()
                 ? mark[key].get<std::string>()
                 : std::string();
    };
    value = "[" + said("handle") + " " +
            (said("fingerprint").empty() ? said("id") : said("fingerprint")) + "]";
    return;
  }
  if (value.is_structured())
    for (json& part : value) disarm(part, depth + 1);
}

// host.decode(text): what JSON text says; nil where it is none.
int host_decode(lua_State* L) {
  std::size_t size = 0;
  const char* text = luaL_checklstring(L, 1, &size);
  {
    json value = json::parse(text, text + size, nullptr, false);
    if (value.is_discarded()) value = nullptr;
    disarm(value, 0);
    push_json(L, value);
  }
  return 1;
}

// host.time(text), host.duration(text): seconds; nil where the text is none.
int host_time(lua_State* L, std::optional<Time> (*read)(std::string_view)) {
  std::size_t size = 0;
  const char* text = luaL_checklstring(L, 1, &size);
  const std::optional<Time> seconds = read({text, size});
  if (seconds)
    lua_pushinteger(L, *seconds);
  else
    lua_pushnil(L);
  return 1;
}

int host_moment(lua_State* L) {
  return host_time(L, [](std::string_view text) { return parse_time(text); });
}

// host.iso(seconds): the time as text; nil where its year has not four digits.
int host_iso(lua_State* L) {
  static const Time first = *to_time({1, 1, 1, 0, 0, 0}),
                    last = *to_time({9999, 12, 31, 23, 59, 59});
  int whole = 0;
  const Time seconds = lua_tointegerx(L, 1, &whole);
  if (whole && seconds >= first && seconds <= last)
    push_json(L, iso_time(seconds));
  else
    lua_pushnil(L);
  return 1;
}

int host_duration(lua_State* L) {
  return host_time(L, parse_duration);
}

void open_host(lua_State* L) {
  const luaL_Reg functions[] = {
      {"call", host_call},       {"parallel", host_parallel}, {"tell", host_tell},
      {"print", host_print},     {"unknown", host_unknown},   {"where", host_place},
      {"is_mark", host_mark},    {"module", host_module},     {"decode", host_decode},
      {"time", host_moment},     {"duration", host_duration}, {"loading", host_loading},
      {"iso", host_iso},         {"freezing", host_freezing}, {"freeze", host_freeze},
      {"copy", host_copy},       {"encode", host_encode},     {"list", host_list},
      {"missing", host_missing}, {"unfit", host_unfit},       {nullptr, nullptr}};
  luaL_newlib(L, functions);
  refuse_changes(L, refuse_change);
  lua_pushlightuserdata(L, nullptr);
  lua_setfield(L, -2, "null");
  lua_getglobal(L, LUA_COLIBNAME);
  lua_pushcfunction(L, coroutine_resume);
  lua_setfield(L, -2, "resume");
  lua_pushcfunction(L, coroutine_wrap);
  lua_setfield(L, -2, "wrap");
  lua_pop(L, 1);
}

json failure(lua_State* L, int index) {
  json error;
  std::string why;
  if (lua_istable(L, index) && to_json(L, index, error, why) && error.is_object() &&
      error.contains("message"))
    return error;
  push_text(L, index);
  std::string text = lua_tostring(L, -1) ? lua_tostring(L, -1) : "error";
  lua_pop(L, 1);
  error = {{"kind", "script"}};
  // Lua puts "name:line: " before what error() was given.
  const std::size_t colon = text.find(": ");
  const std::size_t line = colon == std::string::npos ? colon : text.rfind(':', colon - 1);
  if (line != std::string::npos && line + 1 < colon &&
      text.find_first_not_of("0123456789", line + 1) == colon) {
    error["where"] = text.substr(0, colon);
    text = text.substr(colon + 2);
  }
  error["message"] = text;
  return error;
}

int message_handler(lua_State* L) {
  if (lua_type(L, 1) == LUA_TSTRING || lua_istable(L, 1)) return 1;
  push_text(L, 1);
  return 1;
}

// Opens the environment and runs the prelude. Leaves the table that the prelude was given, in
// which it puts `main`. Runs in protected mode.
int open_state(lua_State* L) {
  Host& host = host_of(L);
  open_lua_values(L);
  open_sandbox(L);
  open_host(L);
  set_watch(L);
  const int host_table = lua_gettop(L);
  for (const json& file : host.start["prelude"]) {
    const std::string text = file["text"].get<std::string>();
    const std::string chunk = "@stdlib/" + file["name"].get<std::string>() + ".lua";
    if (luaL_loadbufferx(L, text.data(), text.size(), chunk.c_str(), "t") != LUA_OK)
      return lua_error(L);
    lua_pushvalue(L, host_table);
    push_json(L, host.start["setup"]);
    lua_call(L, 2, 1);
    // What a file of the prelude returns, those after it find by its name.
    if (lua_isnil(L, -1))
      lua_pop(L, 1);
    else
      lua_setfield(L, host_table, file["name"].get_ref<const std::string&>().c_str());
  }
  if (const auto globals = host.start.find("globals"); globals != host.start.end())
    for (const auto& [name, value] : globals->items()) {
      push_json(L, value);
      lua_setglobal(L, name.c_str());
    }
  return 1;
}

// Whether the syntax error at the top of the stack says that the text ends too early.
bool ends_early(lua_State* L) {
  std::size_t size = 0;
  const char* text = lua_tolstring(L, -1, &size);
  const std::string_view message(text ? text : "", text ? size : 0);
  constexpr std::string_view end = "<eof>";
  return message.size() >= end.size() && message.substr(message.size() - end.size()) == end;
}

// Compiles what `asked` says and runs it through the prelude's `main`; 1: the host table. Leaves
// its value, or the light userdata `kIncomplete` where more text is wanted. Runs in protected mode.
char kIncomplete;

int run_chunk(lua_State* L) {
  Host& host = host_of(L);
  const json& asked = *host.asked;
  host.expression = false;
  {
    const std::string text = asked["chunk"]["text"].get<std::string>();
    const std::string chunk = "@" + asked["chunk"]["name"].get<std::string>();
    // What is typed to eval may be an expression: compiled as one first, as it stands otherwise,
    // run once.
    const std::string expression = "return " + text;
    const bool typed = asked["task"].value("kind", "") == "eval";
    host.expression = typed && luaL_loadbufferx(L, expression.data(), expression.size(),
                                                chunk.c_str(), "t") == LUA_OK;
    // "1 +" ends early as an expression, "if x then" as a statement.
    bool early = typed && !host.expression && ends_early(L);
    if (!host.expression &&
        luaL_loadbufferx(L, text.data(), text.size(), chunk.c_str(), "t") != LUA_OK) {
      if (early)
        lua_pop(L, 1);
      else
        early = ends_early(L);
      if (asked.value("whole", true) || !early) return lua_error(L);
      lua_pushlightuserdata(L, &kIncomplete);
      return 1;
    }
  }
  // host.main(chunk, task): the standard library knows what a runbook is; the host does not.
  lua_getfield(L, 1, "main");
  lua_insert(L, -2);
  push_json(L, asked["task"]);
  lua_call(L, 2, 1);
  // Results stay within reach of what is typed next.
  if (const auto keep = asked.find("keep"); keep != asked.end() && !lua_isnil(L, -1)) {
    // Whatever the globals' own __newindex says.
    lua_pushglobaltable(L);
    for (const char* name : {"_", keep->get_ref<const std::string&>().c_str()}) {
      lua_pushstring(L, name);
      lua_pushvalue(L, -3);
      lua_rawset(L, -3);
    }
    lua_pop(L, 1);
  }
  return 1;
}

// What is asked for next to the value at the top: its form as data, or what it is instead.
json ended(lua_State* L, const Host& host) {
  if (lua_islightuserdata(L, -1) && lua_touserdata(L, -1) == &kIncomplete)
    return {{"type", "incomplete"}};
  json value;
  std::string why;
  if (to_json(L, -1, value, why))
    return {{"type", "finished"}, {"value", value}, {"expression", host.expression}};
  if (host.start.value("stays", false))
    return {{"type", "finished"}, {"value", nullptr}, {"expression", true}, {"what", why}};
  return {{"type", "failed"},
          {"error",
           {{"kind", "script"}, {"message", "the script returned " + why + ", want plain data"}}}};
}

// Runs what is asked and says what came of it. The stack is left as it was: 1: message handler, 2:
// host table.
json carried_out(lua_State* L, Host& host, const json& asked) {
  host.asked = &asked;
  host.main = Scope{asked.value("prefix", "") + "/"};
  host.scope = &host.main;
  host.branching = false;
  host.kept.clear();
  host.arrivals.clear();
  lua_pushcfunction(L, run_chunk);
  lua_pushvalue(L, 2);
  const int status = lua_pcall(L, 1, 1, 1);
  json message =
      status == LUA_OK ? ended(L, host) : json{{"type", "failed"}, {"error", failure(L, -1)}};
  lua_settop(L, 2);
  return message;
}

// The names of the fields of what `path` leads to from the globals; runs no metamethod.
json names_at(lua_State* L, const json& path) {
  json names = json::array();
  lua_pushglobaltable(L);
  for (const json& step : path) {
    if (!lua_istable(L, -1)) break;
    if (step.is_number_integer())
      lua_pushinteger(L, step.get<lua_Integer>());
    else
      lua_pushstring(L, step.is_string() ? step.get_ref<const std::string&>().c_str() : "");
    if (push_inner(L, -2)) lua_replace(L, -3);
    lua_rawget(L, -2);
    lua_remove(L, -2);
  }
  if (push_inner(L, -1)) lua_remove(L, -2);
  if (lua_istable(L, -1))
    for (lua_pushnil(L); lua_next(L, -2) != 0 && names.size() < kMostNames; lua_pop(L, 1))
      if (lua_type(L, -2) == LUA_TSTRING) {
        std::size_t size = 0;
        const char* name = lua_tolstring(L, -2, &size);
        names.push_back(std::string(name, size));
      }
  lua_settop(L, 2);
  return {{"type", "names"}, {"names", std::move(names)}};
}

}  // namespace

int script_host_main(int descriptor) {
  Host host(descriptor);
  Host* self = &host;
  {
    Result<std::string> frame = host.reader.next(-1);
    if (!frame) return 1;
    host.start = json::parse(*frame, nullptr, false);
    if (!host.start.is_object()) return 1;
  }
  const std::size_t memory_limit = host.start.value("memory_limit", std::size_t{256} << 20);
  lua_State* L = lua_newstate(allocate, &host);
  if (!L) return 1;
  *static_cast<Host**>(lua_getextraspace(L)) = self;
  if (const Status jailed = enter_jail(descriptor); !jailed)
    leave(host, {{"type", "failed"}, {"by", "host"}, {"error", to_json(jailed.error())}});
  host.memory_limit = memory_limit;
  lua_pushcfunction(L, message_handler);
  lua_pushcfunction(L, open_state);
  if (lua_pcall(L, 0, 1, 1) != LUA_OK) leave(host, {{"type", "failed"}, {"error", failure(L, -1)}});
  if (!host.start.value("stays", false)) leave(host, carried_out(L, host, host.start));
  for (;;) {
    const json asked = receive(host);
    json answer =
        asked.contains("names") ? names_at(L, asked["names"]) : carried_out(L, host, asked);
    // A host that ends by itself says so by not saying this.
    answer["stays"] = true;
    if (const Status sent =
            write_frame(host.fd, answer.dump(-1, ' ', false, json::error_handler_t::replace));
        !sent)
      return 1;
  }
}

}  // namespace countersign
