#include "tls/engine_call.hpp"

#include "tls/error_queue.hpp"
#include "tls/openssl_pointers.hpp"

#include <algorithm>
#include <cstring>

#include <openssl/bio.h>
#include <openssl/ssl.h>

namespace parley::tls {

namespace {

EngineCall* callOf(BIO* bio) {
  return static_cast<EngineCall*>(BIO_get_data(bio));
}

int readInput(BIO* bio, char* to, std::size_t size, std::size_t* taken) {
  BIO_clear_retry_flags(bio);
  EngineCall* const call = callOf(bio);
  if (!call || call->input.empty()) {
    BIO_set_retry_read(bio);
    return -1;  // 0 would be the end
  }
  *taken = std::min(size, call->input.size());
  std::memcpy(to, call->input.data(), *taken);
  call->input = call->input.subspan(*taken);
  return 1;
}

int writeOutput(BIO* bio, const char* from, std::size_t size, std::size_t* taken) {
  BIO_clear_retry_flags(bio);
  EngineCall* const call = callOf(bio);
  const std::span<std::byte> room = call ? call->output.room() : std::span<std::byte>();
  if (room.empty()) {
    BIO_set_retry_write(bio);
    return -1;
  }
  *taken = std::min(size, room.size());
  std::memcpy(room.data(), from, *taken);
  call->output.add(*taken);
  return 1;
}

/// There is nothing to flush, and nothing else that it could do.
long control(BIO*, int command, long, void*) {
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

const BIO_METHOD* makeMethod() {
  BIO_METHOD* const method =
      BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "parley records");
  if (!method) return nullptr;
  BIO_meth_set_read_ex(method, readInput);
  BIO_meth_set_write_ex(method, writeOutput);
  BIO_meth_set_ctrl(method, control);
  return method;
}

BioPointer makeBio() {
  // One for the life of the process, however long OpenSSL lasts in it.
  static const BIO_METHOD* const method = makeMethod();
  BioPointer bio(method ? BIO_new(method) : nullptr);
  if (bio) BIO_set_init(bio.get(), 1);
  return bio;
}

}  // namespace

EngineCall::EngineCall(ssl_st& ssl, std::span<const std::byte> bytes, OutputBuffer& records,
                       std::string_view peerName) noexcept
    : input(bytes), output(records), peer(peerName), bio_(*SSL_get_rbio(&ssl)) {
  clearErrors();
  BIO_set_data(&bio_, this);
}

EngineCall::~EngineCall() {
  BIO_set_data(&bio_, nullptr);
}

EngineCall* EngineCall::of(const ssl_st& ssl) noexcept {
  BIO* const bio = SSL_get_rbio(&ssl);
  return bio ? callOf(bio) : nullptr;
}

bool attachCallBio(ssl_st& ssl) {
  thread_local const BioPointer shared = makeBio();
  if (!shared) return false;
  BIO_up_ref(shared.get());
  SSL_set_bio(&ssl, shared.get(), shared.get());  // takes one reference for both
  return true;
}

}  // namespace parley::tls
