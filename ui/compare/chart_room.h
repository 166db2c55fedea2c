#pragma once

#include <QWidget>

#include <initializer_list>

namespace scalekv::ui {

constexpr int kLeastChartHeight = 130; // pixels, of a chart that can still be read

/// The panel has its share where the window grows, and its charts never so little that they cannot be read.
inline void giveChartsRoom(QWidget& panel, std::initializer_list<QWidget*> charts) {
    panel.setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    for (QWidget* chart : charts)
        chart->setMinimumHeight(kLeastChartHeight);
}

} // namespace scalekv::ui
