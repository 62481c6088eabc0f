#include "protocol/connection_state.hpp"

#include "protocol/message_compression.hpp"

#include <parley/protocol/connection.hpp>

namespace parley::protocol {

namespace {

ConnectionState fromOpen(ConnectionStep step) noexcept {
  switch (step) {
    case ConnectionStep::QueueClose:
      return ConnectionState::CloseSent;
    case ConnectionStep::ReceiveClose:
      return ConnectionState::CloseComplete;
    case ConnectionStep::Fail:
      return ConnectionState::Failed;
    case ConnectionStep::End:
      return ConnectionState::Ended;
    case ConnectionStep::Report:
      return ConnectionState::Open;
  }
  return ConnectionState::Open;
}

ConnectionState fromCloseSent(ConnectionStep step) noexcept {
  switch (step) {
    case ConnectionStep::ReceiveClose:
      return ConnectionState::CloseComplete;
    case ConnectionStep::Fail:
      return ConnectionState::Failed;
    case ConnectionStep::End:
      return ConnectionState::Ended;
    case ConnectionStep::QueueClose:
    case ConnectionStep::Report:
      return ConnectionState::CloseSent;
  }
  return ConnectionState::CloseSent;
}

}  // namespace

ConnectionState transition(ConnectionState state, ConnectionStep step) noexcept {
  switch (state) {
    case ConnectionState::Open:
      return fromOpen(step);
    case ConnectionState::CloseSent:
      return fromCloseSent(step);
    // Both have said all they may say: only the end of the transport is left.
    case ConnectionState::CloseComplete:
    case ConnectionState::Failed:
      return step == ConnectionStep::End ? ConnectionState::Ended : state;
    case ConnectionState::Ended:
      return step == ConnectionStep::Report ? ConnectionState::Reported : state;
    case ConnectionState::Reported:
      return state;
  }
  return state;
}

void Connection::advance(ConnectionStep step) noexcept {
  state_ = transition(state_, step);
  if (compression_ && state_ != ConnectionState::Open) compression_->retire();
}

std::string_view nameOf(ConnectionState state) noexcept {
  switch (state) {
    case ConnectionState::Open:
      return "Open";
    case ConnectionState::CloseSent:
      return "CloseSent";
    case ConnectionState::CloseComplete:
      return "CloseComplete";
    case ConnectionState::Failed:
      return "Failed";
    case ConnectionState::Ended:
      return "Ended";
    case ConnectionState::Reported:
      return "Reported";
  }
  return "";
}

std::string_view nameOf(ConnectionStep step) noexcept {
  switch (step) {
    case ConnectionStep::QueueClose:
      return "QueueClose";
    case ConnectionStep::ReceiveClose:
      return "ReceiveClose";
    case ConnectionStep::Fail:
      return "Fail";
    case ConnectionStep::End:
      return "End";
    case ConnectionStep::Report:
      return "Report";
  }
  return "";
}

}  // namespace parley::protocol
