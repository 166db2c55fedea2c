#pragma once

#include <QImage>

namespace scalekv::widgets {

/// Which part of the colours a difference is taken of.
enum class DifferenceChannel { Rgb, Red, Green, Blue, Luminance };

/// `picture` − `reference`, times `gain`, around middle grey (128): what is equal is grey, what has become
/// brighter is lighter, and with Rgb each channel by itself. Luminance: 0.299 R + 0.587 G + 0.114 B
/// (BT.601). Null where the sizes differ or a picture is null. 8 bits a channel, [height, width].
QImage pictureDifference(const QImage& picture, const QImage& reference, int gain, DifferenceChannel channel);

} // namespace scalekv::widgets
