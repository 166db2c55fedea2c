#pragma once

#include <QStringList>
#include <QVector>
#include <QWidget>

class QCPBars;
class QCustomPlot;

namespace scalekv::widgets {

/// Bytes of a key/value cache after every scale: bars that grow while a generation runs, against the outline
/// of what a full cache will hold.
class KvPlot : public QWidget {
    Q_OBJECT
public:
    explicit KvPlot(QWidget* parent = nullptr);

    /// A new plot: a name a scale ("8×8"), and the bytes that a full cache will hold after it.
    void begin(const QStringList& scales, const QVector<qint64>& fullCacheBytes);
    void setBytes(int scale, qint64 bytes);
    void clear();

    /// The bytes of each scale as plotted; 0 for those to come.
    const QVector<qint64>& bytes() const { return bytes_; }
    const QVector<qint64>& fullCacheBytes() const { return full_; }
    /// What the tooltip says about a scale.
    QString description(int scale) const;

    QSize sizeHint() const override { return {280, 220}; }
    QSize minimumSizeHint() const override { return {160, 120}; }

protected:
    void changeEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void applyPalette();
    void redraw();
    void arrangeLegend();

    QCustomPlot* plot_;
    QCPBars* fullBars_;
    QCPBars* storedBars_;
    QStringList names_;
    QVector<qint64> bytes_, full_;
};

} // namespace scalekv::widgets
