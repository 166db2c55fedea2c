#pragma once

#include <QColor>
#include <QString>
#include <QStringList>
#include <QVector>
#include <QWidget>

#include <functional>

class QCPBars;
class QCPItemRect;
class QCustomPlot;

namespace scalekv::widgets {

/// Columns of segments: shares of a whole, or a time with its parts.
struct StackedColumns {
    struct Segment {
        QString name;
        QColor colour; ///< invalid: one of a series, from the first segment to the last
        bool operator==(const Segment&) const = default;
    };
    QStringList columns;
    QVector<Segment> segments;             ///< from the bottom up
    QVector<QVector<double>> values;       ///< [column][segment]; missing and not finite ones are 0
    QString columnAxis, valueAxis;         ///< "scale", "share of the attention"
    QString columnWord;                    ///< one column, "scale"; without: as the axis is called
    QString relation;                      ///< what a column does to a segment: "reads"
    std::function<QString(double)> format; ///< a value in words; without: three digits of the locale
    double maximum = 0;                    ///< of the axis; not positive: what the columns need

    /// Nothing but values, and how they are written, differs.
    bool looksLike(const StackedColumns& other) const;
    double value(int column, int segment) const;
    double sum(int column) const;
    QString valueText(double value) const;
    /// "scale 8 reads scale 3: 12.4 %"; with segment −1 the whole column.
    QString text(int column, int segment) const;
};

/// One column may be chosen: by click, and by Left, Right, Home and End.
class StackedBars : public QWidget {
    Q_OBJECT
public:
    explicit StackedBars(QWidget* parent = nullptr);

    void setData(StackedColumns data);
    const StackedColumns& data() const { return data_; }
    void setValue(int column, int segment, double value);
    /// What the tooltip says; without: StackedColumns::text(). Segment −1: beside the column's segments.
    void setSegmentText(std::function<QString(int column, int segment)> text) { text_ = std::move(text); }

    /// What stands here while there are no columns.
    void setEmptyText(const QString& text);

    /// Emits nothing; −1: none.
    void setSelected(int column);
    int selected() const { return selected_; }
    /// The other segments fade; −1: none.
    void setHighlightedSegment(int segment);
    int highlightedSegment() const { return highlighted_; }

    /// In the widget's coordinates, once it has been shown; empty where there is nothing.
    QRectF segmentRect(int column, int segment) const;
    /// {column, segment}, each −1: none
    std::pair<int, int> segmentAt(QPointF position) const;

    QSize sizeHint() const override { return {320, 240}; }
    QSize minimumSizeHint() const override { return {160, 140}; }

Q_SIGNALS:
    /// The user has chosen a column.
    void columnSelected(int column);
    /// Each −1: none
    void segmentHovered(int column, int segment);

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void changeEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    void makeBars();
    void colourBars();
    void fillBars();
    void nameColumns();
    void showSelected();
    void choose(int column);
    void hover(int column, int segment);
    int columns() const { return static_cast<int>(data_.columns.size()); }

    QCustomPlot* plot_;
    QVector<QCPBars*> bars_; ///< one a segment
    QCPItemRect* selectedBand_;
    QCPItemRect* focusFrame_;
    QString emptyText_;
    StackedColumns data_;
    std::function<QString(int, int)> text_;
    int selected_ = -1, highlighted_ = -1;
    std::pair<int, int> hovered_{-1, -1};
};

} // namespace scalekv::widgets
