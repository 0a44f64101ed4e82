// The outbox as the interface opens it: with bodies in the words of /attempts.
#pragma once

#include <memory>

#include "server/api/service.hpp"

namespace ziptone::webhooks {
class Outbox;
}

namespace ziptone::api {

base::Result<std::unique_ptr<webhooks::Outbox>> open_outbox(store::Store& store, bool allow_private);

}  // namespace ziptone::api
