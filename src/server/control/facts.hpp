// The same facts in the words of the folders that meet in control.
#pragma once

#include "analysis/verdict.hpp"
#include "dialer/event.hpp"
#include "dialer/sip_facts.hpp"
#include "server/signalling/signalling.hpp"
#include "server/store/records.hpp"

namespace ziptone::control {

dialer::SipFacts to_core(const signalling::SipFacts& facts);
dialer::event::Verdict to_core(analysis::Verdict verdict);
store::DialogFacts to_store(const signalling::DialogFacts& facts);
signalling::DialogFacts to_signalling(const store::DialogFacts& facts);

}  // namespace ziptone::control
