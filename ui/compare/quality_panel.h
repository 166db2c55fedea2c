#pragma once

#include <QString>
#include <QVector>
#include <QWidget>

class QComboBox;

namespace scalekv::widgets {
class SeriesPlot;
}

namespace scalekv::ui {

/// One policy at one budget: what it keeps, and how far it is from the reference. A mean and its standard
/// deviation; not a number: not known, or of one picture only.
struct QualityPoint {
    struct Value {
        double mean = qQNaN(), deviation = qQNaN();
    };
    std::string policy;                  ///< "scalekv"
    QString name;                        ///< "ScaleKV 10 %"
    double mebibytes = 0;                ///< retained
    Value psnr = {}, kl = {}, bits = {}; ///< dB; nats a bit; %
};

/// The curve that a researcher prints: quality over bytes, a line a policy.
class QualityPanel : public QWidget {
    Q_OBJECT
public:
    explicit QualityPanel(QWidget* parent = nullptr);

    void setPoints(const QVector<QualityPoint>& points);
    void setEmptyText(const QString& text);
    widgets::SeriesPlot* plot() const { return plot_; }

private:
    void draw();

    QComboBox* quantity_;
    widgets::SeriesPlot* plot_;
    QVector<QualityPoint> points_;
};

} // namespace scalekv::ui
