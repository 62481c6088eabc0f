#pragma once

#include <array>
#include <cstdint>
#include <fstream>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

namespace parley::tls {

/// A certificate as a test wants it, with all its faults.
struct CertificateRequest {
  enum class Use : std::uint8_t { Server, Client, Authority };
  enum class Key : std::uint8_t { P256, Rsa1024 };

  std::string commonName = "test";
  /// subjectAltName, as OpenSSL's configuration has it: "DNS:example.com,IP:127.0.0.1". Empty:
  /// none.
  std::string alternativeNames = {};
  /// The same as a single name, byte for byte.
  std::string rawName = {};
  Use use = Use::Server;
  Key key = Key::P256;
  /// Seconds from now.
  long validFrom = -3600;
  long validTo = 24 * 3600;
};

/// A certificate with its key.
class Certificate {
 public:
  Certificate(X509* certificate, EVP_PKEY* key) : certificate_(certificate), key_(key) {}

  [[nodiscard]] X509* get() const { return certificate_.get(); }
  [[nodiscard]] EVP_PKEY* key() const { return key_.get(); }

  [[nodiscard]] std::string pem() const {
    return textOf([&](BIO* out) { PEM_write_bio_X509(out, get()); });
  }
  [[nodiscard]] std::string keyPem() const {
    return textOf([&](BIO* out) {
      PEM_write_bio_PrivateKey(out, key(), nullptr, nullptr, 0, nullptr, nullptr);
    });
  }
  [[nodiscard]] std::string encryptedKeyPem(const std::string& password) const {
    return textOf([&](BIO* out) {
      PEM_write_bio_PKCS8PrivateKey(out, key(), EVP_aes_128_cbc(), password.c_str(),
                                    static_cast<int>(password.size()), nullptr, nullptr);
    });
  }

  template <typename Write>
  static std::string textOf(Write write) {
    BIO* const out = BIO_new(BIO_s_mem());
    write(out);
    char* data = nullptr;
    const long size = BIO_get_mem_data(out, &data);
    std::string text(data, static_cast<std::size_t>(size));
    BIO_free(out);
    return text;
  }

 private:
  struct Free {
    void operator()(X509* object) const { X509_free(object); }
    void operator()(EVP_PKEY* object) const { EVP_PKEY_free(object); }
  };
  std::unique_ptr<X509, Free> certificate_;
  std::unique_ptr<EVP_PKEY, Free> key_;
};

/// Issues certificates and revokes them; made anew for each test, as keys of P-256 cost nothing.
class CertificateAuthority {
 public:
  /// A root.
  explicit CertificateAuthority(const std::string& name = "Test Root")
      : own_(make(authorityRequest(name), nullptr)) {}

  /// Below another one.
  CertificateAuthority(CertificateAuthority& issuer, CertificateRequest request)
      : own_(issuer.issue(std::move(request))) {}

  static CertificateRequest authorityRequest(const std::string& name) {
    CertificateRequest request;
    request.commonName = name;
    request.use = CertificateRequest::Use::Authority;
    return request;
  }

  /// Signed with its own key.
  static Certificate selfSigned(const CertificateRequest& request) {
    return make(request, nullptr);
  }

  Certificate issue(const CertificateRequest& request) { return make(request, &own_); }
  [[nodiscard]] const Certificate& own() const { return own_; }
  [[nodiscard]] std::string pem() const { return own_.pem(); }

  /// A list that revokes these, valid from an hour ago until `validTo` seconds from now.
  [[nodiscard]] std::string revocationList(const std::vector<const Certificate*>& revoked,
                                           long validTo = 24 * 3600) const {
    X509_CRL* const list = X509_CRL_new();
    X509_CRL_set_version(list, X509_CRL_VERSION_2);
    X509_CRL_set_issuer_name(list, X509_get_subject_name(own_.get()));
    ASN1_TIME* const time = ASN1_TIME_new();
    X509_CRL_set1_lastUpdate(list, X509_gmtime_adj(time, -3600));
    X509_CRL_set1_nextUpdate(list, X509_gmtime_adj(time, validTo));
    for (const Certificate* certificate : revoked) {
      X509_REVOKED* const entry = X509_REVOKED_new();
      X509_REVOKED_set_serialNumber(entry, X509_get_serialNumber(certificate->get()));
      X509_REVOKED_set_revocationDate(entry, X509_gmtime_adj(time, -60));
      X509_CRL_add0_revoked(list, entry);
    }
    ASN1_TIME_free(time);
    X509_CRL_sign(list, own_.key(), EVP_sha256());
    std::string text = Certificate::textOf([&](BIO* out) { PEM_write_bio_X509_CRL(out, list); });
    X509_CRL_free(list);
    return text;
  }

 private:
  using Use = CertificateRequest::Use;

  static EVP_PKEY* makeKey(CertificateRequest::Key kind) {
    EVP_PKEY* const key =
        kind == CertificateRequest::Key::P256 ? EVP_EC_gen("P-256") : EVP_RSA_gen(1024);
    if (!key) throw std::runtime_error("no key");
    return key;
  }

  static void addExtension(X509* certificate, X509* issuer, int id, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, &context, id, value.c_str());
    if (!extension) throw std::runtime_error("extension " + value);
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
  }

  static void addRawName(X509* certificate, const std::string& name) {
    GENERAL_NAMES* const names = GENERAL_NAMES_new();
    GENERAL_NAME* const entry = GENERAL_NAME_new();
    ASN1_IA5STRING* const text = ASN1_IA5STRING_new();
    ASN1_STRING_set(text, name.data(), static_cast<int>(name.size()));
    GENERAL_NAME_set0_value(entry, GEN_DNS, text);
    sk_GENERAL_NAME_push(names, entry);
    X509_add1_ext_i2d(certificate, NID_subject_alt_name, names, 0, X509V3_ADD_DEFAULT);
    GENERAL_NAMES_free(names);
  }

  static void addExtensions(X509* certificate, X509* issuer, const CertificateRequest& request) {
    const bool isAuthority = request.use == Use::Authority;
    addExtension(certificate, issuer, NID_basic_constraints,
                 isAuthority ? "critical,CA:TRUE" : "critical,CA:FALSE");
    addExtension(certificate, issuer, NID_subject_key_identifier, "hash");
    if (issuer != certificate) {
      addExtension(certificate, issuer, NID_authority_key_identifier, "keyid:always");
    }
    if (isAuthority) {
      addExtension(certificate, issuer, NID_key_usage, "critical,keyCertSign,cRLSign");
    } else {
      addExtension(certificate, issuer, NID_ext_key_usage,
                   request.use == Use::Server ? "serverAuth" : "clientAuth");
    }
    if (!request.alternativeNames.empty()) {
      addExtension(certificate, issuer, NID_subject_alt_name, request.alternativeNames);
    }
    if (!request.rawName.empty()) addRawName(certificate, request.rawName);
  }

  static Certificate make(const CertificateRequest& request, const Certificate* issuer) {
    static long serial = 1000;
    EVP_PKEY* const key = makeKey(request.key);
    X509* const certificate = X509_new();
    X509_set_version(certificate, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), ++serial);
    X509_gmtime_adj(X509_getm_notBefore(certificate), request.validFrom);
    X509_gmtime_adj(X509_getm_notAfter(certificate), request.validTo);
    X509_set_pubkey(certificate, key);
    X509_NAME* const name = X509_get_subject_name(certificate);
    // Of this type, it may be longer than the 64 letters that are allowed.
    X509_NAME_add_entry_by_txt(name, "CN", V_ASN1_UTF8STRING,
                               reinterpret_cast<const unsigned char*>(request.commonName.data()),
                               static_cast<int>(request.commonName.size()), -1, 0);
    X509* const signer = issuer ? issuer->get() : certificate;
    X509_set_issuer_name(certificate, X509_get_subject_name(signer));
    addExtensions(certificate, signer, request);
    X509_sign(certificate, issuer ? issuer->key() : key, EVP_sha256());
    return {certificate, key};
  }

  Certificate own_;
};

/// Writes a file and says where it is.
inline std::string writeFile(const std::string& path, const std::string& content) {
  std::ofstream(path, std::ios::binary) << content;
  return path;
}

}  // namespace parley::tls
