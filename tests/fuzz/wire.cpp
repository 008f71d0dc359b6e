// Frames from a script host.
#include "interpreter/wire.h"

#include <sys/mman.h>
#include <unistd.h>

#include "interpreter/canonical.h"
#include "interpreter/descriptor.h"
#include "tests/fuzz/target.h"

namespace countersign::fuzz {

void play_wire(std::string_view bytes) {
  const Descriptor file(memfd_create("frames", MFD_CLOEXEC));
  expect(write(file.get(), bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()) &&
             lseek(file.get(), 0, SEEK_SET) == 0,
         "the fuzzer has a file");
  FrameReader reader(file.get());
  std::size_t read = 0;
  for (;;) {
    const auto frame = reader.next(1000);
    if (!frame) {
      expect(frame.error().kind == "limit", "the end is a limit");
      break;
    }
    expect(bytes.substr(read + 4, frame->size()) == *frame, "a frame is the bytes that were sent");
    read += 4 + frame->size();
    (void)parse_json(*frame);
  }
  expect(read <= bytes.size(), "no frame is made up");
}

}  // namespace countersign::fuzz
