#include <parley/protocol/connection_event.hpp>

namespace parley::protocol {

CloseCode closeCodeOf(FailureCause cause) noexcept {
  switch (cause) {
    case FailureCause::ReservedBits:
    case FailureCause::ReservedOpcode:
    case FailureCause::FragmentedControl:
    case FailureCause::ControlTooLong:
    case FailureCause::LengthNotMinimal:
    case FailureCause::LengthTopBit:
    case FailureCause::MaskMissing:
    case FailureCause::MaskUnexpected:
    case FailureCause::UnexpectedContinuation:
    case FailureCause::ExpectedContinuation:
    case FailureCause::CloseBodyOneByte:
    case FailureCause::CloseCodeIllegal:
      return CloseCode::kProtocolError;
    case FailureCause::InvalidUtf8:
    case FailureCause::CloseReasonNotUtf8:
    case FailureCause::InvalidDeflate:
      return CloseCode::kInvalidPayload;
    case FailureCause::MessageTooBig:
    case FailureCause::TooManyFragments:
      return CloseCode::kMessageTooBig;
    case FailureCause::UnsupportedData:
      return CloseCode::kUnsupportedData;
    case FailureCause::InternalError:
      return CloseCode::kInternalError;
    case FailureCause::OutgoingBufferFull:
      return CloseCode::kTryAgainLater;
    case FailureCause::TransportLost:
    case FailureCause::EndedWithoutClose:
    case FailureCause::PingTimeout:
    case FailureCause::WriteTimeout:
    case FailureCause::CloseTimeout:
      return CloseCode::kAbnormalClosure;
  }
  return CloseCode::kAbnormalClosure;
}

std::string_view describe(FailureCause cause) noexcept {
  switch (cause) {
    case FailureCause::ReservedBits:
      return "a reserved bit is set without an extension that uses it";
    case FailureCause::ReservedOpcode:
      return "the opcode is reserved";
    case FailureCause::FragmentedControl:
      return "a control frame is fragmented";
    case FailureCause::ControlTooLong:
      return "a control frame has more than 125 bytes";
    case FailureCause::LengthNotMinimal:
      return "a length is not in its shortest form";
    case FailureCause::LengthTopBit:
      return "the top bit of a 64-bit length is set";
    case FailureCause::MaskMissing:
      return "a frame from the client is not masked";
    case FailureCause::MaskUnexpected:
      return "a frame from the server is masked";
    case FailureCause::UnexpectedContinuation:
      return "a continuation frame without a message to continue";
    case FailureCause::ExpectedContinuation:
      return "a new message before the last one ended";
    case FailureCause::CloseBodyOneByte:
      return "the body of the Close frame has one byte";
    case FailureCause::CloseCodeIllegal:
      return "the code of the Close frame may not be sent";
    case FailureCause::InvalidUtf8:
      return "a text message is not valid UTF-8";
    case FailureCause::CloseReasonNotUtf8:
      return "the reason of the Close frame is not valid UTF-8";
    case FailureCause::InvalidDeflate:
      return "a compressed message cannot be decompressed";
    case FailureCause::MessageTooBig:
      return "the message is too big";
    case FailureCause::TooManyFragments:
      return "the message has too many fragments";
    case FailureCause::UnsupportedData:
      return "this kind of data is not accepted";
    case FailureCause::InternalError:
      return "internal error";
    case FailureCause::OutgoingBufferFull:
      return "too much outgoing data is waiting";
    case FailureCause::TransportLost:
      return "the transport was lost";
    case FailureCause::EndedWithoutClose:
      return "the transport ended without a Close frame";
    case FailureCause::PingTimeout:
      return "no answer to a Ping";
    case FailureCause::WriteTimeout:
      return "the peer took nothing of what waits";
    case FailureCause::CloseTimeout:
      return "the closing handshake took too long";
  }
  return "";
}

}  // namespace parley::protocol
