#pragma once

#include <QStringList>
#include <QVector>
#include <QWidget>

class QCPBars;
class QCPGraph;
class QCPItemRect;
class QCPItemText;
class QCPItemTracer;
class QCustomPlot;

namespace scalekv::widgets {

/// Bytes of a key/value cache after every scale: bars that grow while a generation runs, against the outline
/// of what a full cache will hold, and where given against a budget.
class KvPlot : public QWidget {
    Q_OBJECT
public:
    explicit KvPlot(QWidget* parent = nullptr);

    /// A new plot: a name a scale ("8×8"), and the bytes that a full cache will hold after it. Budget and
    /// peak go.
    void begin(const QStringList& scales, const QVector<qint64>& fullCacheBytes);
    void setBytes(int scale, qint64 bytes);
    void clear();

    /// The bytes of each scale as plotted; 0 for those to come.
    const QVector<qint64>& bytes() const { return bytes_; }
    const QVector<qint64>& fullCacheBytes() const { return full_; }
    /// What the tooltip says about a scale.
    QString description(int scale) const;

    /// A dashed line; not positive: none. One far above all bars is only named in the legend, since they
    /// would be flat beside it.
    void setBudget(qint64 bytes);
    qint64 budget() const { return budget_; }
    /// A mark with its number at `scale`, for the most that was held there for a moment; −1: none.
    void setPeak(int scale, qint64 bytes);

    /// Whether scales can be chosen: by click, and by Left, Right, Home and End. Not at first.
    void setSelectable(bool selectable);
    /// Emits nothing; −1: none.
    void setSelectedScale(int scale);
    int selectedScale() const { return selected_; }

    QSize sizeHint() const override { return {280, 220}; }
    QSize minimumSizeHint() const override { return {160, 120}; }

Q_SIGNALS:
    /// The user has chosen a scale.
    void scaleClicked(int scale);

protected:
    void showEvent(QShowEvent* event) override;
    void changeEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void applyPalette();
    void redraw();
    void drawBudget(double unit, double top);
    void drawPeak(double unit);
    void showSelected();
    void showFocus();
    void arrangeLegend();
    void choose(int scale);
    int scaleAt(QPoint position) const;
    /// The largest that is to be seen as a bar or a mark.
    qint64 largest() const;

    QCustomPlot* plot_;
    QCPBars* fullBars_;
    QCPBars* storedBars_;
    QCPGraph* budgetLine_;
    QCPItemRect* selectedBand_;
    QCPItemRect* focusFrame_;
    QCPItemTracer* peakMark_;
    QCPItemText* peakText_;
    QStringList names_;
    QVector<qint64> bytes_, full_;
    qint64 budget_ = 0, peak_ = 0;
    int peakScale_ = -1, selected_ = -1;
    bool selectable_ = false;
};

} // namespace scalekv::widgets
