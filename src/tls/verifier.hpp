#pragma once

#include <parley/tls.hpp>

#include <string>
#include <utility>
#include <vector>

struct ssl_ctx_st;
struct x509_store_ctx_st;

namespace parley::tls {

/// Judges the certificates of peers in place of OpenSSL's default, to say more of what is wrong
/// with them, and to compare pins.
class Verifier {
 public:
  /// @param pins as parsePins() gives them
  Verifier(TlsOptions::Verification verification, std::vector<std::string> pins)
      : verification_(verification), pins_(std::move(pins)) {}
  Verifier(const Verifier&) = delete;
  Verifier& operator=(const Verifier&) = delete;

  /// From now on it judges for connections of `context`, which it must outlive. What it finds is
  /// EngineCall::certificateError.
  void attach(ssl_ctx_st& context);

 private:
  static int judge(x509_store_ctx_st* chain, void* verifier);

  const TlsOptions::Verification verification_;
  const std::vector<std::string> pins_;
};

}  // namespace parley::tls
