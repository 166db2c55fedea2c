#include "ui/places.h"

#include "ui/compare/compare_place.h"
#include "ui/gallery/gallery_place.h"
#include "ui/generate/generate_place.h"
#include "ui/inspect/inspect_place.h"
#include "ui/queue/queue_place.h"

namespace scalekv::ui {
namespace {

template <typename P>
PlaceMaker maker() {
    return [](const Desk& desk) { return new P(desk); };
}

} // namespace

std::vector<PlaceMaker> studioPlaces() {
    return {maker<GeneratePlace>(), maker<InspectPlace>(), maker<ComparePlace>(), maker<QueuePlace>(),
            maker<GalleryPlace>()};
}

} // namespace scalekv::ui
