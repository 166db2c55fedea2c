#include "ui/inspect/run_header.h"

#include "ui/text/policy_text.h"
#include "ui/text/unit_text.h"
#include "widgets/elided_label.h"
#include "widgets/eliding_combo_box.h"
#include "widgets/thumbnail.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>

namespace scalekv::ui {
namespace {
constexpr int kPictureSide = 44;
}

RunHeader::RunHeader(const Desk& desk, InspectedRun& run, QWidget* parent)
    : QWidget(parent), desk_(desk), run_(run), picture_(new QLabel(this)),
      facts_(new widgets::ElidedLabel(this)), runs_(new widgets::ElidingComboBox(this)),
      record_(new QPushButton(tr("Record"), this)) {
    runs_->setObjectName(QStringLiteral("inspectedRun"));
    runs_->setAccessibleName(tr("Run to look into"));
    runs_->setToolTip(tr("Which run is looked into: those of the history, and the one in the making"));
    runs_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    runs_->setMinimumContentsLength(14);
    runs_->setMaximumWidth(520);
    picture_->setFixedSize(kPictureSide, kPictureSide);
    facts_->setForegroundRole(QPalette::PlaceholderText);
    facts_->setObjectName(QStringLiteral("runFacts"));
    record_->setObjectName(QStringLiteral("record"));
    auto* words = new QVBoxLayout;
    words->setSpacing(2);
    words->addWidget(runs_);
    words->addWidget(facts_);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(8, 6, 8, 4);
    row->addWidget(picture_);
    row->addLayout(words, 1);
    row->addStretch(0);
    row->addWidget(record_);

    connect(record_, &QPushButton::clicked, this, [this] {
        if (const int work = recordWork())
            desk_.queue.cancel({work});
        else
            Q_EMIT recordRequested();
    });
    connect(runs_, &QComboBox::activated, this,
            [this](int index) { run_.show(runs_->itemData(index).value<ResultPtr>()); });
    connect(&desk_.runs, &QAbstractItemModel::rowsInserted, this, &RunHeader::fill);
    connect(&desk_.runs, &QAbstractItemModel::rowsRemoved, this, [this] {
        if (run_.result() && desk_.runs.rowOf(run_.result()) < 0)
            run_.show(desk_.runs.rowCount() > 0 ? desk_.runs.result(0) : nullptr);
        fill();
    });
    connect(&run_, &InspectedRun::changed, this, &RunHeader::fill);
    connect(&desk_.live, &LiveRun::begun, this, &RunHeader::fill);
    connect(&desk_.live, &LiveRun::finished, this, &RunHeader::fill);
    connect(&desk_.live, &LiveRun::ended, this, &RunHeader::fill);
    connect(&run_, &InspectedRun::grown, this, &RunHeader::describe);
    connect(&desk_.session, &EngineSession::stateChanged, this, &RunHeader::describe);
    connect(&desk_.queue, &WorkQueue::changed, this, &RunHeader::describe);
    fill();
}

void RunHeader::addButton(QWidget* button) {
    layout()->addWidget(button);
}

void RunHeader::fill() {
    const QSignalBlocker blocker(runs_);
    runs_->clear();
    if (!desk_.live.isEmpty())
        runs_->addItem(desk_.live.isRunning() ? tr("In the making") : tr("Stopped"),
                       QVariant::fromValue(ResultPtr()));
    for (int row = 0; row < desk_.runs.rowCount(); ++row) {
        const ResultPtr result = desk_.runs.result(row);
        runs_->addItem(tr("%1 · %2 · seed %3")
                           .arg(policyText(result->request().policy), result->prompt())
                           .arg(result->request().seed),
                       QVariant::fromValue(result));
    }
    int current = -1;
    for (int i = 0; i < runs_->count(); ++i) {
        if (runs_->itemData(i).value<ResultPtr>() == run_.result())
            current = i;
    }
    runs_->setCurrentIndex(current);
    runs_->setEnabled(runs_->count() > 0);
    describe();
}

void RunHeader::describe() {
    QStringList facts;
    if (run_.isEmpty()) {
        facts += tr("No run yet");
    } else {
        if (run_.kvBytes() > 0)
            facts += tr("cache %1 of %2").arg(byteText(run_.kvBytes()), byteText(run_.fullKvBytes()));
        facts += tr("%1 layers, %2 scales").arg(run_.layers()).arg(run_.scales());
        if (!run_.isRecorded())
            facts += run_.isBeingRecorded() ? tr("reading the prompt")
                     : run_.isRunning()     ? tr("attention is not recorded")
                                            : tr("attention was not recorded");
    }
    facts_->setFullText(facts.join(QStringLiteral(" · ")));
    const QImage picture = run_.picture();
    picture_->setPixmap(picture.isNull()
                            ? QPixmap()
                            : QPixmap::fromImage(widgets::thumbnail(
                                  picture, QSize(kPictureSide, kPictureSide), devicePixelRatioF())));
    record_->setVisible(run_.result() && !run_.isRecorded());
    const bool asked = recordWork() != 0;
    record_->setText(asked ? tr("Stop") : tr("Record"));
    record_->setToolTip(
        asked ? tr("Do not repeat the run")
              : tr("Repeat the run to record what its layers did: its picture does not change"));
    record_->setEnabled(desk_.session.hasModel());
}

/// The work in the queue that repeats this run; 0: none.
int RunHeader::recordWork() const {
    for (const QueuedWork& work : desk_.queue.list().all()) {
        const auto* record = std::get_if<RecordWork>(&work.work);
        if (record && record->run == run_.result() && work.isPending())
            return work.id;
    }
    return 0;
}

} // namespace scalekv::ui
