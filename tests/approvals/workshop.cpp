#include "tests/approvals/workshop.h"

#include <openssl/bn.h>
#include <sodium.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <stdexcept>

#include "approvals/armour.h"
#include "approvals/ecdsa.h"
#include "approvals/public_key.h"
#include "approvals/ssh_wire.h"
#include "interpreter/digest.h"

namespace countersign {
namespace {

void shell(const std::string& command) {
  if (std::system(command.c_str()) != 0) throw std::runtime_error("failed: " + command);
}

std::string signed_data(const std::string& name_space, const std::string& document) {
  std::string out = "SSHSIG";
  append_string(name_space, out);
  append_string("", out);
  append_string("sha512", out);
  append_string(sha512_raw(document), out);
  return out;
}

}  // namespace

Folder::Folder() {
  std::string path = (std::filesystem::temp_directory_path() / "approvals-XXXXXX").string();
  if (mkdtemp(path.data()) == nullptr) throw std::runtime_error("no temporary folder");
  path_ = path;
}

Folder::~Folder() {
  std::filesystem::remove_all(path_);
}

std::string Folder::write(const std::string& name, std::string_view text) const {
  std::ofstream(path(name), std::ios::binary) << text;
  return path(name);
}

std::string Folder::read(const std::string& name) const {
  std::ifstream in(path(name), std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

const FileKey& file_key(const std::string& type) {
  static const Folder folder;
  static std::map<std::string, FileKey> made;
  if (const auto found = made.find(type); found != made.end()) return found->second;
  const std::string file = folder.path("key-" + std::to_string(made.size()));
  shell("ssh-keygen -q -N '' -C ada -t " + type + " -f " + file);
  std::string line = folder.read("key-" + std::to_string(made.size()) + ".pub");
  line.pop_back();
  return made[type] = {type, file, line};
}

std::string blob_of(const FileKey& key) {
  const std::size_t start = key.public_line.find(' ') + 1;
  std::string blob;
  base64_decode(
      std::string_view(key.public_line).substr(start, key.public_line.find(' ', start) - start),
      blob);
  return blob;
}

std::string keygen_sign(const FileKey& key, const std::string& document,
                        const std::string& name_space) {
  const Folder folder;
  folder.write("m", document);
  shell("ssh-keygen -q -Y sign -n " + name_space + " -f " + key.file + " " + folder.path("m") +
        " >/dev/null 2>&1");
  return folder.read("m.sig");
}

bool keygen_verifies(const std::string& signers, const std::string& principal,
                     const std::string& name_space, const std::string& signature,
                     const std::string& message, const std::string& options) {
  const Folder folder;
  folder.write("m", message);
  const std::string command = "ssh-keygen -Y verify -f " + folder.write("signers", signers) +
                              " -I " + principal + " -n " + name_space + " -s " +
                              folder.write("s", signature) + " " + options + " <" +
                              folder.path("m") + " >/dev/null 2>&1";
  return std::system(command.c_str()) == 0;
}

SignatureParts take_apart(const std::string& armoured) {
  const auto blob = dearmour(armoured);
  if (!blob) throw std::runtime_error("not armoured");
  WireReader reader(*blob);
  std::string_view magic, key, name_space, reserved, hash, signature;
  std::uint32_t version = 0;
  if (!reader.bytes(6, magic) || !reader.uint32(version) || !reader.string(key) ||
      !reader.string(name_space) || !reader.string(reserved) || !reader.string(hash) ||
      !reader.string(signature) || !reader.at_end())
    throw std::runtime_error("not a signature");
  return {std::string(magic),    version,           std::string(key),       std::string(name_space),
          std::string(reserved), std::string(hash), std::string(signature), ""};
}

std::string put_together(const SignatureParts& parts) {
  std::string blob = parts.magic;
  append_uint32(parts.version, blob);
  append_string(parts.key, blob);
  append_string(parts.name_space, blob);
  append_string(parts.reserved, blob);
  append_string(parts.hash, blob);
  append_string(parts.signature, blob);
  return armour(blob + parts.tail);
}

std::string ecdsa_with(bool low, const std::string& armoured) {
  SignatureParts parts = take_apart(armoured);
  WireReader reader(parts.signature);
  std::string_view algorithm, inner;
  EcdsaSignature numbers;
  if (!reader.string(algorithm) || !reader.string(inner) || !parse_ecdsa(inner, numbers))
    throw std::runtime_error("not an ECDSA signature");
  BIGNUM *order = nullptr, *half = BN_new();
  BN_hex2bn(&order, "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551");
  BN_rshift1(half, order);
  BIGNUM* s = BN_bin2bn(reinterpret_cast<const unsigned char*>(numbers.s.data()),
                        static_cast<int>(numbers.s.size()), nullptr);
  if ((BN_cmp(s, half) <= 0) != low) BN_sub(s, order, s);
  numbers.s.assign(static_cast<std::size_t>(BN_num_bytes(s)), '\0');
  BN_bn2bin(s, reinterpret_cast<unsigned char*>(numbers.s.data()));
  for (BIGNUM* number : {order, half, s}) BN_free(number);
  std::string signature, blob;
  append_string(algorithm, signature);
  append_positive(numbers.r, blob);
  append_positive(numbers.s, blob);
  append_string(blob, signature);
  parts.signature = signature;
  return put_together(parts);
}

LocalKey::LocalKey(unsigned char seed, bool token)
    : public_(crypto_sign_PUBLICKEYBYTES, '\0'),
      secret_(crypto_sign_SECRETKEYBYTES, '\0'),
      token_(token) {
  const std::string seeds(crypto_sign_SEEDBYTES, static_cast<char>(seed));
  crypto_sign_seed_keypair(reinterpret_cast<unsigned char*>(public_.data()),
                           reinterpret_cast<unsigned char*>(secret_.data()),
                           reinterpret_cast<const unsigned char*>(seeds.data()));
}

std::string LocalKey::blob() const {
  std::string out;
  append_string(token_ ? "sk-ssh-ed25519@openssh.com" : "ssh-ed25519", out);
  append_string(public_, out);
  if (token_) append_string("ssh:", out);
  return out;
}

std::string LocalKey::line() const {
  return std::string(token_ ? "sk-ssh-ed25519@openssh.com " : "ssh-ed25519 ") +
         base64_encode(blob());
}

std::string LocalKey::fingerprint() const {
  return countersign::fingerprint(blob());
}

namespace {

std::string detached(const std::string& secret, const std::string& data) {
  std::string out(crypto_sign_BYTES, '\0');
  crypto_sign_detached(reinterpret_cast<unsigned char*>(out.data()), nullptr,
                       reinterpret_cast<const unsigned char*>(data.data()), data.size(),
                       reinterpret_cast<const unsigned char*>(secret.data()));
  return out;
}

}  // namespace

std::string LocalKey::sign(const std::string& document, const std::string& name_space) const {
  if (token_) return sign_as_token(document, 1, 7);
  SignatureParts parts;
  parts.key = blob();
  parts.name_space = name_space;
  append_string("ssh-ed25519", parts.signature);
  append_string(detached(secret_, signed_data(name_space, document)), parts.signature);
  return put_together(parts);
}

std::string LocalKey::sign_as_token(const std::string& document, unsigned char flags,
                                    unsigned counter, const std::string& application) const {
  SignatureParts parts;
  parts.key = blob();
  std::string data = sha256_raw(application);
  data += static_cast<char>(flags);
  append_uint32(counter, data);
  data += sha256_raw(signed_data(parts.name_space, document));
  append_string("sk-ssh-ed25519@openssh.com", parts.signature);
  append_string(detached(secret_, data), parts.signature);
  parts.signature += static_cast<char>(flags);
  append_uint32(counter, parts.signature);
  return put_together(parts);
}

}  // namespace countersign
