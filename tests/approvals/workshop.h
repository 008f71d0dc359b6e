// What the tests of approvals work with: a folder, keys, signatures made here and by ssh-keygen.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "interpreter/error.h"

namespace countersign {

// The head of some run's chain.
inline const std::string kHead(64, 'e');

// A temporary folder that goes with the test.
class Folder {
 public:
  Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder();
  std::string path(const std::string& name) const { return path_ + "/" + name; }
  std::string write(const std::string& name, std::string_view text) const;  // its path
  std::string read(const std::string& name) const;

 private:
  std::string path_;
};

// A key that ssh-keygen made. One of each kind per process: making them takes a while.
struct FileKey {
  std::string type;         // what ssh-keygen -t takes
  std::string file;         // the private key
  std::string public_line;  // without newline
};
const FileKey& file_key(const std::string& type);
std::string blob_of(const FileKey& key);

// `ssh-keygen -Y sign`, not normalized.
std::string keygen_sign(const FileKey& key, const std::string& document,
                        const std::string& name_space);

// What `ssh-keygen -Y verify` says. `options` are appended to the command.
bool keygen_verifies(const std::string& signers, const std::string& principal,
                     const std::string& name_space, const std::string& signature,
                     const std::string& message, const std::string& options = "");

// The parts of a signature blob, to be put together wrongly on purpose.
struct SignatureParts {
  std::string magic = "SSHSIG";
  unsigned version = 1;
  std::string key;
  std::string name_space = "countersign-decision";
  std::string reserved;
  std::string hash = "sha512";
  std::string signature;
  std::string tail;
};
SignatureParts take_apart(const std::string& armoured);
std::string put_together(const SignatureParts& parts);  // armoured

// An ECDSA signature of P-256 with the smaller, or the larger, of its two forms of s.
std::string ecdsa_with(bool low, const std::string& armoured);

// Ed25519 signatures made in this process, plain or as a FIDO token makes them.
class LocalKey {
 public:
  explicit LocalKey(unsigned char seed, bool token = false);
  std::string blob() const;
  std::string line() const;  // "ssh-ed25519 AAAA…"
  std::string fingerprint() const;
  std::string sign(const std::string& document,
                   const std::string& name_space = "countersign-decision") const;
  // As sign, with the fields of a token as they are given.
  std::string sign_as_token(const std::string& document, unsigned char flags, unsigned counter,
                            const std::string& application = "ssh:") const;

 private:
  std::string public_, secret_;
  bool token_;
};

// The message of a refusal, with kind and hint where asked; "ok" where there is none.
template <typename T>
std::string said(const Result<T>& result) {
  return result ? "ok" : result.error().message;
}

}  // namespace countersign
