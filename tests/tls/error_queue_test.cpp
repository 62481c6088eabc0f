#include "tls/error_queue.hpp"

#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

namespace parley::tls {
namespace {

TEST(TlsErrorQueue, TakesLibsslsLastWord) {
  OPENSSL_init_ssl(OPENSSL_INIT_LOAD_SSL_STRINGS,
                   nullptr);  // its texts come with the first context, and here there is none
  clearErrors();
  ERR_raise(ERR_LIB_PEM, 108);
  ERR_raise(ERR_LIB_SSL, SSL_R_BAD_LENGTH);
  ERR_raise(ERR_LIB_SSL, SSL_R_NO_SHARED_CIPHER);
  ERR_raise(ERR_LIB_EVP, 100);
  const QueuedError error = takeErrors();
  EXPECT_EQ(error.sslReason, SSL_R_NO_SHARED_CIPHER);
  EXPECT_EQ(error.text, "no shared cipher");
  EXPECT_EQ(ERR_peek_error(), 0U);
}

TEST(TlsErrorQueue, ElseTheFirst) {
  clearErrors();
  ERR_raise(ERR_LIB_PEM, 108);
  ERR_raise(ERR_LIB_EVP, 100);
  const QueuedError error = takeErrors();
  EXPECT_EQ(error.sslReason, 0);
  EXPECT_EQ(error.text, "no start line");
}

TEST(TlsErrorQueue, AlwaysHasAText) {
  clearErrors();
  EXPECT_FALSE(takeErrors().text.empty());
  ERR_raise(ERR_LIB_SSL, 9999);
  EXPECT_FALSE(takeErrors().text.empty());
}

}  // namespace
}  // namespace parley::tls
