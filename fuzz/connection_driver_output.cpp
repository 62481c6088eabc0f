#include "fuzz/connection_driver.hpp"
#include "fuzz/require.hpp"
#include "fuzz/utf8_reference.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace parley::fuzz {

using protocol::FailureCause;
using protocol::MessageKind;
using protocol::OutputPiece;
using Phase = ReceiverModel::Phase;

void ConnectionDriver::sendText(std::string data, Operation::Ownership ownership) {
  const bool isText = Utf8Reference::isValid(data);
  const bool isAccepted = connection_.canSend() && isText;
  if (isAccepted) sent_.message(MessageKind::Text, data);
  const std::uint64_t before = connection_.unsentPayload();
  const bool answer = ownership == Operation::Ownership::Moved
                          ? connection_.sendText(ArrayBuffer::copyOf(data))
                          : connection_.sendText(data);
  require(answer == (isText || !connection_.canSend()), "only what is not UTF-8 is refused");
  const std::uint64_t growth = isAccepted ? data.size() : 0;
  require(connection_.unsentPayload() == before + growth, "what is accepted counts at once");
  finishSending(data);
}

void ConnectionDriver::sendBinary(std::string data, Operation::Ownership ownership) {
  const bool isAccepted = connection_.canSend();
  if (isAccepted) sent_.message(MessageKind::Binary, data);
  const std::uint64_t before = connection_.unsentPayload();
  if (ownership == Operation::Ownership::Moved) {
    connection_.sendBinary(ArrayBuffer::copyOf(data));
  } else {
    connection_.sendBinary(asBytes(data));
  }
  const std::uint64_t growth = isAccepted ? data.size() : 0;
  require(connection_.unsentPayload() == before + growth, "what is accepted counts at once");
  finishSending(data);
}

/// The caller gets control back, and does with its memory as it likes.
void ConnectionDriver::finishSending(std::string& lent) {
  if (connection_.borrowsPayload()) {
    write(lent.size() / 2, 3);
    connection_.retainOutput();
    require(!connection_.borrowsPayload(), "what is retained is not borrowed");
  }
  std::fill(lent.begin(), lent.end(), '\xFE');
}

void ConnectionDriver::ping(std::string_view data) {
  if (connection_.canSend()) sent_.ping(data.substr(0, 125));
  connection_.ping(asBytes(data), now());
}

void ConnectionDriver::close(const Operation& operation) {
  const bool isEffective = connection_.canSend();
  std::optional<CloseCode> code;
  if (operation.code) code = *operation.code;
  connection_.close(code, operation.data, now());
  if (!isEffective) return;
  require(phase() == Phase::Discarding, "close() waits for the peer's Close frame");
  if (!code && !operation.data.empty()) code = CloseCode::kNormalClosure;
  const bool hasCode = code && code->isAllowedOnWire();
  sent_.close(hasCode ? closeBody(*code, operation.data) : "");
}

void ConnectionDriver::fail(FailureCause cause) {
  const bool isEffective = connection_.canSend();
  connection_.fail(cause, now());
  require(phase() == Phase::Done, "who failed has nothing more to hear");
  if (!isEffective) return;
  const CloseCode code = closeCodeOf(cause);
  if (code.isAllowedOnWire()) sent_.close(closeBody(code, describe(cause)));
  if (cause == FailureCause::OutgoingBufferFull) gaveUpMessages_ = true;
}

void ConnectionDriver::write(std::size_t room, std::size_t pieceCount) {
  std::array<OutputPiece, 5> memory;
  const std::span<OutputPiece> pieces = std::span(memory).first(pieceCount);
  while (const std::size_t count = connection_.output(pieces)) {
    require(connection_.hasOutput() && count <= pieces.size(), "pieces are output");
    std::size_t taken = 0;
    std::size_t offered = 0;
    for (const OutputPiece& piece : pieces.first(count)) {
      require(piece.size != 0, "no piece is empty");
      const std::size_t part = std::min(piece.size, room - taken);
      sent_.feed(asText({piece.data, part}));
      taken += part;
      offered += piece.size;
    }
    connection_.outputTaken(taken);
    if (room != SIZE_MAX) room -= taken;
    if (taken == offered) continue;
    connection_.retainOutput();
    return;
  }
  require(!connection_.hasOutput(), "what is not offered is not there");
}

/// bufferedAmount: what was accepted and not written, and at most that of a shared buffer more.
void ConnectionDriver::checkUnsent() const {
  const std::uint64_t unsent = connection_.unsentPayload();
  constexpr std::uint64_t kSharedBuffer = 64 * 1024;
  const std::uint64_t missing = sent_.accepted() - sent_.written();
  require(unsent <= sent_.accepted(), "no more waits than was accepted");
  require(unsent >= missing, "what is not written waits");
  require(unsent <= missing + kSharedBuffer, "what is written does not wait");
  const bool isAlive = connection_.disposition() != protocol::Disposition::Drop;
  if (connection_.hasOutput() || !isAlive || gaveUpMessages_) return;
  require(unsent == 0 && sent_.allWritten(), "without output all is written");
}

}  // namespace parley::fuzz
