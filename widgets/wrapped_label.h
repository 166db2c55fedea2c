#pragma once

#include <QLabel>

namespace scalekv::widgets {

/// Plain text that is broken into lines and always has the height that it needs, however narrow its column
/// is. Hidden while it has nothing to say.
class WrappedLabel : public QLabel {
    Q_OBJECT
public:
    enum class Tone {
        Plain,
        Faint,  ///< small print
        Problem ///< something is wrong
    };

    explicit WrappedLabel(Tone tone = Tone::Plain, QWidget* parent = nullptr);

    void say(const QString& text);
    void setTone(Tone tone);
    Tone tone() const { return tone_; }

protected:
    void changeEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void colour();
    void fitHeight();

    Tone tone_;
    bool hasOwnPalette_ = false; ///< the problem's colour
};

} // namespace scalekv::widgets
