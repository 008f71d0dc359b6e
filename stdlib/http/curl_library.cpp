#include "stdlib/http/curl_library.h"

#include <dlfcn.h>

#include <mutex>

// The header turns these names into macros that check argument counts.
#undef curl_easy_setopt
#undef curl_easy_getinfo
#undef curl_multi_setopt

namespace countersign {
namespace {

// What the options that we set need: CURLOPT_PROTOCOLS_STR came with 7.85.0.
constexpr unsigned kOldest = 0x075500;

#ifdef __APPLE__
constexpr const char* kNames[] = {"libcurl.4.dylib", "/usr/lib/libcurl.4.dylib"};
#else
constexpr const char* kNames[] = {"libcurl.so.4", "libcurl-gnutls.so.4"};
#endif

template <typename Function>
bool find(void* library, const char* name, Function& out) {
  out = reinterpret_cast<Function>(::dlsym(library, name));
  return out != nullptr;
}

Result<const CurlLibrary*> load() {
  void* library = nullptr;
  for (const char* name : kNames)
    if (!library) library = ::dlopen(name, RTLD_NOW | RTLD_LOCAL);
  if (!library)
    return Error{"config", "libcurl (libcurl.so.4) is not installed, so nothing can be sent",
                 "apt-get install libcurl4"};
  static CurlLibrary curl;
  decltype(&::curl_global_init) global_init = nullptr;
  decltype(&::curl_version_info) version_info = nullptr;
  const bool whole = find(library, "curl_global_init", global_init) &&
                     find(library, "curl_version_info", version_info) &&
                     find(library, "curl_easy_init", curl.easy_init) &&
                     find(library, "curl_easy_reset", curl.easy_reset) &&
                     find(library, "curl_easy_cleanup", curl.easy_cleanup) &&
                     find(library, "curl_easy_setopt", curl.easy_setopt) &&
                     find(library, "curl_easy_getinfo", curl.easy_getinfo) &&
                     find(library, "curl_easy_strerror", curl.easy_strerror) &&
                     find(library, "curl_slist_append", curl.slist_append) &&
                     find(library, "curl_slist_free_all", curl.slist_free_all) &&
                     find(library, "curl_multi_init", curl.multi_init) &&
                     find(library, "curl_multi_cleanup", curl.multi_cleanup) &&
                     find(library, "curl_multi_setopt", curl.multi_setopt) &&
                     find(library, "curl_multi_add_handle", curl.multi_add_handle) &&
                     find(library, "curl_multi_remove_handle", curl.multi_remove_handle) &&
                     find(library, "curl_multi_perform", curl.multi_perform) &&
                     find(library, "curl_multi_poll", curl.multi_poll) &&
                     find(library, "curl_multi_wakeup", curl.multi_wakeup) &&
                     find(library, "curl_multi_info_read", curl.multi_info_read);
  if (!whole || version_info(CURLVERSION_NOW)->version_num < kOldest)
    return Error{"config", "the installed libcurl is too old", "version 7.85 or later is needed"};
  if (global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
    return Error{"config", "libcurl does not start on this machine"};
  return &curl;
}

}  // namespace

Result<const CurlLibrary*> curl_library() {
  static const Result<const CurlLibrary*> loaded = load();
  return loaded;
}

}  // namespace countersign
