#include "tls/certificate_text.hpp"

#include "bytes/base64.hpp"

#include <array>
#include <cstdio>
#include <ctime>
#include <span>

#include <arpa/inet.h>

namespace parley::tls {

namespace {

constexpr std::size_t kLongest = 120;

std::string printable(std::string text) {
  if (text.size() > kLongest) text = text.substr(0, kLongest) + "...";
  for (char& c : text) {
    if (c < 0x20 || c > 0x7E) c = '?';
  }
  return text;
}

std::string textOf(const ASN1_STRING* string) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(string)),
          static_cast<std::size_t>(ASN1_STRING_length(string))};
}

std::string addressOf(const ASN1_OCTET_STRING* octets) {
  char text[INET6_ADDRSTRLEN] = "?";
  const int size = ASN1_STRING_length(octets);
  if (size == 4 || size == 16) {
    ::inet_ntop(size == 4 ? AF_INET : AF_INET6, ASN1_STRING_get0_data(octets), text, sizeof text);
  }
  return text;
}

template <typename Visit>
void visitAlternativeNames(const X509* certificate, Visit visit) {
  const GeneralNamesPointer names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    int type = 0;
    void* const value = GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(names.get(), i), &type);
    visit(type, static_cast<const ASN1_STRING*>(value));
  }
}

}  // namespace

std::string dateOf(const ASN1_TIME* time) {
  std::tm parts{};
  if (!time || ASN1_TIME_to_tm(time, &parts) != 1) return "an unknown date";
  char text[40];
  std::snprintf(text, sizeof text, "%04d-%02d-%02d", parts.tm_year + 1900, parts.tm_mon + 1,
                parts.tm_mday);
  return text;
}

std::string nameOf(const X509_NAME* name) {
  const BioPointer out(BIO_new(BIO_s_mem()));
  X509_NAME_print_ex(out.get(), name, 0, XN_FLAG_RFC2253);
  char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  if (size <= 0) return "no name";
  return printable({text, static_cast<std::size_t>(size)});
}

std::vector<std::string> hostNamesOf(const X509* certificate) {
  std::vector<std::string> names;
  visitAlternativeNames(certificate, [&](int type, const ASN1_STRING* value) {
    if (type == GEN_DNS) names.push_back(printable(textOf(value)));
    if (type == GEN_IPADD) names.push_back(addressOf(value));
  });
  return names;
}

std::vector<std::string> dnsNamesOf(const X509* certificate) {
  std::vector<std::string> names;
  visitAlternativeNames(certificate, [&](int type, const ASN1_STRING* value) {
    if (type == GEN_DNS) names.push_back(textOf(value));
  });
  return names;
}

std::string pinOf(const X509* certificate) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
  unsigned int size = 0;
  unsigned char* der = nullptr;
  const int length = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
  if (length > 0) {
    EVP_Digest(der, static_cast<std::size_t>(length), hash.data(), &size, EVP_sha256(), nullptr);
  }
  OPENSSL_free(der);
  return "sha256//" + bytes::base64Encode(std::as_bytes(std::span(hash.data(), size)));
}

}  // namespace parley::tls
