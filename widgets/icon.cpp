#include "widgets/icon.h"

#include <QApplication>
#include <QFile>
#include <QIconEngine>
#include <QPainter>
#include <QPalette>
#include <QPixmap>
#include <QSvgRenderer>

#include <memory>

// Resources of a static library are only linked when somebody refers to them. Must stand outside of any
// namespace.
static void initIconResources() {
    Q_INIT_RESOURCE(icons);
}

namespace scalekv::widgets {
namespace {

QByteArray svgSource(const QString& name) {
    initIconResources();
    QFile file(QStringLiteral(":/icons/%1.svg").arg(name));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// Draws an SVG whose `currentColor` is the palette's text colour.
class PaletteIconEngine final : public QIconEngine {
public:
    explicit PaletteIconEngine(QByteArray svg) : svg_(std::move(svg)) {}

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State /*state*/) override {
        const auto group = mode == QIcon::Disabled ? QPalette::Disabled : QPalette::Active;
        const auto role = mode == QIcon::Selected ? QPalette::HighlightedText : QPalette::ButtonText;
        QByteArray source = svg_;
        source.replace("currentColor", QApplication::palette().color(group, role).name().toLatin1());
        QSvgRenderer renderer(source);
        renderer.setAspectRatioMode(Qt::KeepAspectRatio);
        renderer.render(painter, rect);
    }

    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override {
        QPixmap result(size);
        result.fill(Qt::transparent);
        QPainter painter(&result);
        paint(&painter, QRect(QPoint(), size), mode, state);
        return result;
    }

    QIconEngine* clone() const override { return std::make_unique<PaletteIconEngine>(svg_).release(); }

private:
    QByteArray svg_;
};

} // namespace

QIcon icon(const QString& name) {
    const QByteArray source = svgSource(name);
    return source.isEmpty() ? QIcon() : QIcon(std::make_unique<PaletteIconEngine>(source).release());
}

QIcon applicationIcon() {
    return QIcon(std::make_unique<PaletteIconEngine>(svgSource(QStringLiteral("scalekv-studio"))).release());
}

} // namespace scalekv::widgets
