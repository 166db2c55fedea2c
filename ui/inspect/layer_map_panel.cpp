#include "ui/inspect/layer_map_panel.h"

#include "figures/layer_figure.h"
#include "ui/inspect/inspect_text.h"
#include "widgets/heat_map.h"

#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QGuiApplication>
#include <QLabel>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace scalekv::ui {
namespace {

constexpr int kCalibrated = -1; // in the list of quantities: the calibration's roles
enum Order { ByDepth, ByValueHere, ByMean };

QString words(std::string_view text) {
    return QString::fromUtf8(text.data(), qsizetype(text.size()));
}

} // namespace

LayerMapPanel::LayerMapPanel(const InspectedRun& run, Selection& selection, QWidget* parent)
    : QWidget(parent), run_(run), selection_(selection), quantity_(new QComboBox(this)),
      order_(new QComboBox(this)), byHead_(new QCheckBox(tr("By head"), this)),
      map_(new widgets::HeatMap(this)), text_(new QLabel(this)) {
    quantity_->setObjectName(QStringLiteral("quantity"));
    quantity_->setAccessibleName(tr("What the map shows"));
    order_->setObjectName(QStringLiteral("order"));
    order_->setAccessibleName(tr("Order of the layers"));
    order_->addItem(tr("in order"), ByDepth);
    order_->addItem(tr("sorted here"), ByValueHere);
    order_->addItem(tr("sorted by mean"), ByMean);
    order_->setToolTip(tr("Layers in their order, or the largest value on top: in the chosen column, or over "
                          "all columns"));
    byHead_->setObjectName(QStringLiteral("byHead"));
    byHead_->setToolTip(tr("Layers × heads at the chosen scale, instead of layers × scales"));
    for (QComboBox* box : {quantity_, order_})
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    quantity_->setMinimumContentsLength(10);
    order_->setMinimumContentsLength(6);
    text_->setObjectName(QStringLiteral("cellText"));
    text_->setWordWrap(true);
    text_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    text_->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    // The longest sentence must not push the map about.
    text_->setMinimumHeight(text_->fontMetrics().lineSpacing() * 4 + 2);

    auto* head = new QHBoxLayout;
    head->addWidget(quantity_, 2);
    head->addWidget(order_, 1);
    head->addWidget(byHead_);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(8, 6, 8, 6);
    column->addLayout(head);
    column->addWidget(map_, 1);
    column->addWidget(text_);

    fillQuantities();
    connect(quantity_, &QComboBox::activated, this, &LayerMapPanel::draw);
    connect(order_, &QComboBox::activated, this, &LayerMapPanel::sort);
    connect(byHead_, &QCheckBox::toggled, this, &LayerMapPanel::draw);
    connect(map_, &widgets::HeatMap::cellSelected, this, [this](int row, int chosen) {
        if (byHead()) {
            Selection::State next = selection_.state();
            next.layer = row;
            next.head = chosen;
            selection_.set(next);
        } else {
            selection_.setCell(row, chosen);
        }
    });
    connect(&selection_, &Selection::changed, this, [this] {
        followOverlay();
        if (byHead())
            draw();
        else
            showCell();
    });
    connect(&run_, &InspectedRun::changed, this, &LayerMapPanel::draw);
    connect(&run_, &InspectedRun::grown, this, &LayerMapPanel::draw);
    draw();
}

void LayerMapPanel::fillQuantities() {
    quantity_->addItem(tr("Role by calibration"), kCalibrated);
    quantity_->setItemData(0, tr("What the model's calibration, over several prompts, made of every layer"),
                           Qt::ToolTipRole);
    for (const LayerQuantityInfo& info : layerQuantities()) {
        quantity_->addItem(info.quantity == LayerQuantity::Role ? tr("Role in this run") : words(info.label),
                           int(info.quantity));
        quantity_->setItemData(quantity_->count() - 1,
                               words(info.sentence) + QLatin1Char('\n') + words(info.equation),
                               Qt::ToolTipRole);
    }
    quantity_->setCurrentIndex(quantity_->findData(int(LayerQuantity::Selectivity)));
}

/// Back to what was seen before, if nothing else was chosen meanwhile.
void LayerMapPanel::followOverlay() {
    const Selection::Overlay now = selection_.state().overlay;
    if (now == std::exchange(overlay_, now))
        return;
    const int kept = quantity_->findData(int(LayerQuantity::Kept));
    if (now == Selection::Overlay::Kept) {
        before_ = quantity_->currentIndex();
        quantity_->setCurrentIndex(kept);
    } else if (quantity_->currentIndex() == kept) {
        quantity_->setCurrentIndex(before_);
    } else {
        return;
    }
    draw();
}

bool LayerMapPanel::byHead() const {
    return byHead_->isChecked() && byHead_->isEnabled();
}

const widgets::HeatMapFigure& LayerMapPanel::figure() const {
    return map_->figure();
}

QString LayerMapPanel::figureStem() const {
    const int chosen = quantity_->currentData().toInt();
    if (chosen == kCalibrated)
        return QLatin1String(figures::kCalibratedRoleStem);
    const QString key = words(infoOf(LayerQuantity(chosen)).key);
    return byHead() ? QStringLiteral("%1-heads-scale%2").arg(key).arg(selection_.state().scale + 1) : key;
}

QString LayerMapPanel::text() const {
    return text_->text();
}

void LayerMapPanel::copyValues() const {
    QGuiApplication::clipboard()->setText(QString::fromUtf8(figure().csv()));
}

void LayerMapPanel::draw() {
    const int chosen = quantity_->currentData().toInt();
    quantity_->setToolTip(quantity_->currentData(Qt::ToolTipRole).toString());
    byHead_->setEnabled(chosen != kCalibrated && run_.isRecorded());
    const RoleTable* calibrated = run_.calibratedRoles();
    if (run_.isEmpty()) {
        map_->setFigure({});
    } else if (chosen == kCalibrated) {
        map_->setFigure(figures::calibratedFigure(run_.record(), calibrated ? *calibrated : RoleTable()));
    } else {
        const auto quantity = LayerQuantity(chosen);
        if (byHead())
            map_->setFigure(figures::headFigure(run_.record(), quantity, selection_.state().scale));
        else
            map_->setFigure(figures::layerFigure(run_.record(), quantity, calibrated));
    }
    map_->setAccessibleName(quantity_->currentText());
    sort();
    showCell();
}

void LayerMapPanel::sort() {
    const widgets::HeatMapFigure& shown = map_->figure();
    QVector<int> rows(shown.rows());
    std::iota(rows.begin(), rows.end(), 0);
    std::reverse(rows.begin(), rows.end()); // the first layer at the bottom
    const int order = order_->currentData().toInt();
    if (order != ByDepth) {
        const int column = byHead() ? std::max(0, selection_.state().head) : selection_.state().scale;
        const auto key = [&](int row) {
            if (order == ByValueHere)
                return shown.value(row, column);
            double sum = 0;
            int count = 0;
            for (int i = 0; i < shown.columns(); ++i) {
                if (const double value = shown.value(row, i); !std::isnan(value)) {
                    sum += value;
                    ++count;
                }
            }
            return count > 0 ? sum / count : std::nan("");
        };
        // What is not known comes last.
        std::stable_sort(rows.begin(), rows.end(), [&](int a, int b) {
            const double x = key(a), y = key(b);
            return !std::isnan(x) && (std::isnan(y) || x > y);
        });
    }
    map_->setRowOrder(rows);
}

void LayerMapPanel::showCell() {
    const Selection::State& state = selection_.state();
    map_->setSelected(state.layer, byHead() ? state.head : state.scale);
    if (order_->currentData().toInt() == ByValueHere && !byHead())
        sort();
    describe();
}

void LayerMapPanel::describe() {
    if (run_.isEmpty())
        text_->setText(tr("Make a picture first: what every layer did is recorded on the way."));
    else
        text_->setText(cellSentence(run_, selection_.state()));
}

} // namespace scalekv::ui
