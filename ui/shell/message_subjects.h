#pragma once

#include <QLatin1String>

/// What the messages above the picture are about. A message is withdrawn when the next thing of its subject
/// has gone well.
namespace scalekv::ui::subjects {

inline constexpr QLatin1String kModel{"model"};
inline constexpr QLatin1String kGeneration{"generation"};
inline constexpr QLatin1String kLooking{"looking"};
inline constexpr QLatin1String kCalibrating{"calibrating"};
/// What is queued is not there at the next start.
inline constexpr QLatin1String kQueueFile{"queue file"};
/// What keeps the queue from going on.
inline constexpr QLatin1String kQueue{"queue"};
inline constexpr QLatin1String kSaving{"saving"};
/// What the gallery could not do.
inline constexpr QLatin1String kKeeping{"keeping"};
inline constexpr QLatin1String kGallery{"gallery"};
/// It takes more than it may.
inline constexpr QLatin1String kGalleryLimit{"gallery limit"};
inline constexpr QLatin1String kOpening{"opening"};
inline constexpr QLatin1String kComparing{"comparing"};
/// A comparison of the last start that goes on.
inline constexpr QLatin1String kGoingOn{"going on"};
/// The newest step of the undo stack: withdrawn as soon as another is done or undone.
inline constexpr QLatin1String kLastStep{"last step"};

} // namespace scalekv::ui::subjects
