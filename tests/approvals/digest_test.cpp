#include "interpreter/digest.h"

#include <random>

#include "tests/support/catch.h"

namespace countersign {
namespace {

TEST_CASE("digests are those of the standards") {
  CHECK(sha256_hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(to_hex(sha256_raw("abc")) == sha256_hex("abc"));
  CHECK(sha256_hex(std::string(1000000, 'a')) ==
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  CHECK(to_hex(sha512_raw("abc")) ==
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
        "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
}

TEST_CASE("keyed digests are those of RFC 4231 and RFC 2202") {
  CHECK(hmac_sha256_hex(std::string(20, '\x0b'), "Hi There") ==
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  CHECK(hmac_sha256_hex("Jefe", "what do ya want for nothing?") ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  CHECK(hmac_sha256_hex(std::string(131, '\xaa'),
                        "Test Using Larger Than Block-Size Key - Hash Key First") ==
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
  CHECK(to_hex(hmac_sha1_raw("Jefe", "what do ya want for nothing?")) ==
        "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
  CHECK(to_hex(hmac_sha1_raw(std::string(80, '\xaa'),
                             "Test Using Larger Than Block-Size Key - Hash Key First")) ==
        "aa4ae5e15272d00e95705637ce8a3b55ed402112");
}

TEST_CASE("base64 is written as RFC 4648 writes it, and reads back") {
  const std::pair<const char*, const char*> table[] = {{"", ""},
                                                       {"f", "Zg=="},
                                                       {"fo", "Zm8="},
                                                       {"foo", "Zm9v"},
                                                       {"foob", "Zm9vYg=="},
                                                       {"fooba", "Zm9vYmE="},
                                                       {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, text] : table) {
    CHECK(base64_encode(plain) == text);
    std::string back = "before";
    CHECK(base64_decode(text, back));
    CHECK(back == plain);
  }
  std::mt19937 random(64);
  for (std::size_t size = 0; size < 300; ++size) {
    std::string bytes(size, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    std::string back;
    REQUIRE(base64_decode(base64_encode(bytes), back));
    REQUIRE(back == bytes);
  }
}

TEST_CASE("base64 is refused in every other spelling") {
  for (const char* text : {"Z", "Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "====", "Z===", "=Zg=",
                           "Zg==Zg==", "Zm9v\n", " Zm9v", "Zm 9", "Zm-_", "Zm9v=", "Zm9\xFF"}) {
    std::string out;
    INFO(text);
    CHECK_FALSE(base64_decode(text, out));
  }
}

TEST_CASE("random bytes have the length that is asked for, and differ") {
  for (const std::size_t count : {0, 1, 16, 256, 257, 1000})
    CHECK(random_bytes(count).size() == count);
  CHECK(random_bytes(16) != random_bytes(16));
  CHECK(random_bytes(300).substr(256) != std::string(44, '\0'));
}

}  // namespace
}  // namespace countersign
