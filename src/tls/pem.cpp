#include "tls/pem.hpp"

#include "tls/error_queue.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include <openssl/err.h>
#include <openssl/pem.h>

namespace parley::tls {

namespace {

BioPointer bioOf(const std::string& text) {
  return BioPointer(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

/// OpenSSL's own callback would ask at the terminal.
int noPassword(char*, int, int, void*) {
  return -1;
}

struct PasswordRequest {
  const std::optional<std::string>& password;
  bool wasAsked = false;
};

int givePassword(char* buffer, int size, int, void* argument) {
  auto& request = *static_cast<PasswordRequest*>(argument);
  request.wasAsked = true;
  if (!request.password || request.password->size() > static_cast<std::size_t>(size)) return -1;
  std::memcpy(buffer, request.password->data(), request.password->size());
  return static_cast<int>(request.password->size());
}

/// Is what ended the reading only that there is no more?
bool isEndOfPem() {
  const unsigned long code = ERR_peek_last_error();
  return ERR_GET_LIB(code) == ERR_LIB_PEM && ERR_GET_REASON(code) == PEM_R_NO_START_LINE;
}

/// All of one kind that `pem` holds.
template <typename Pointer, typename Read>
Result<std::vector<Pointer>, Error> parseAll(const std::string& pem, const NamedFile& file,
                                             std::string_view kind, Read read) {
  const BioPointer bio = bioOf(pem);
  clearErrors();
  std::vector<Pointer> all;
  while (Pointer one{read(bio.get(), nullptr, noPassword, nullptr)}) all.push_back(std::move(one));
  const bool isEnd = isEndOfPem();
  const std::string cause = takeErrors().text;
  if (!isEnd) return fileError(file, "damaged " + std::string(kind) + ": " + cause);
  if (all.empty()) return fileError(file, "holds no " + std::string(kind) + " in PEM form");
  return all;
}

}  // namespace

Result<std::vector<CertificatePointer>, Error> parseCertificates(const std::string& pem,
                                                                 const NamedFile& file) {
  return parseAll<CertificatePointer>(pem, file, "certificate", PEM_read_bio_X509);
}

Result<std::vector<CertificatePointer>, Error> readCertificates(const NamedFile& file) {
  auto content = readFile(file);
  if (!content) return content.error();
  return parseCertificates(*content, file);
}

Result<std::vector<CrlPointer>, Error> readRevocationLists(const NamedFile& file) {
  auto content = readFile(file);
  if (!content) return content.error();
  return parseAll<CrlPointer>(*content, file, "revocation list", PEM_read_bio_X509_CRL);
}

Result<KeyPointer, Error> readPrivateKey(const NamedFile& file,
                                         const std::optional<std::string>& password) {
  auto content = readFile(file);
  if (!content) return content.error();
  clearErrors();
  PasswordRequest request{password};
  KeyPointer key(PEM_read_bio_PrivateKey(bioOf(*content).get(), nullptr, givePassword, &request));
  // The decoder does not tell a key that it can't read from none.
  const bool hasKey = content->find("PRIVATE KEY-----") != std::string::npos;
  OPENSSL_cleanse(content->data(), content->size());
  const std::string cause = takeErrors().text;
  if (key) return key;
  if (request.wasAsked && !password) {
    return fileError(file, "the private key is encrypted, and keyPassword is not set");
  }
  if (request.wasAsked) return fileError(file, "keyPassword does not open the private key");
  if (!hasKey) return fileError(file, "holds no private key in PEM form");
  return fileError(file, "damaged private key: " + cause);
}

}  // namespace parley::tls
