#include "interpreter/did_you_mean.h"

#include "interpreter/catalogue.h"

namespace countersign {

std::string did_you_mean(const std::vector<std::string>& near, std::string otherwise) {
  return near.empty() ? std::move(otherwise) : "did you mean \"" + near[0] + "\"?";
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates,
                         std::string otherwise) {
  return did_you_mean(nearest(word, candidates, 1), std::move(otherwise));
}

}  // namespace countersign
