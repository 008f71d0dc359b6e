#include "repl/views/time_view.h"

#include <cstdlib>
#include <ctime>

#include "interpreter/times.h"

namespace countersign {
namespace {

// Shorter than that, a text has no time of day; longer ones are sentences.
constexpr std::size_t kShortest = 19, kLongest = 40;

std::string span(Time seconds) {
  if (seconds < 90) return std::to_string(seconds) + " s";
  if (seconds < 90 * 60) return std::to_string((seconds + 30) / 60) + " min";
  if (seconds < 48 * 3600) return std::to_string((seconds + 1800) / 3600) + " h";
  return std::to_string((seconds + 43200) / 86400) + " d";
}

}  // namespace

std::optional<Time> moment_in(const std::string& text) {
  if (text.size() < kShortest || text.size() > kLongest) return std::nullopt;
  return parse_time(text);
}

std::string age(Time moment, Time now) {
  if (moment == now) return "now";
  return moment < now ? span(now - moment) + " ago" : "in " + span(moment - now);
}

std::string local_moment(Time moment, Time now) {
  const std::time_t seconds = moment;
  std::tm local{};
  char text[64] = {};
  if (localtime_r(&seconds, &local) == nullptr ||
      std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S %Z", &local) == 0)
    return rfc2822_time(moment);
  return std::string(text) + " (" + age(moment, now) + ")";
}

}  // namespace countersign
