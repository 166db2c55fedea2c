#include "ui/runs/queued_work.h"

#include "ui/text/policy_text.h"
#include "ui/text/tr.h"
#include "ui/text/unit_text.h"

#include <QDir>

namespace scalekv::ui {
namespace {

QString picture(const GenerationRequest& request) {
    QStringList parts{tr("seed %1").arg(request.seed), QString::fromStdString(request.size)};
    if (request.policy.evicts())
        parts += policyText(request.policy);
    return parts.join(QStringLiteral(" · "));
}

struct Title {
    QString operator()(const PictureWork& work) const { return promptOf(work.request); }
    QString operator()(const RecordWork& work) const { return tr("Record: %1").arg(work.run->prompt()); }
    QString operator()(const MeasureJob& job) const { return tr("Measure: %1").arg(job.reference->prompt()); }
    QString operator()(const CompareJob& job) const {
        return tr("Compare into %1").arg(QDir(job.folder).dirName());
    }
    QString operator()(const CalibrateJob&) const { return tr("Calibrate the model"); }
    static QString promptOf(const GenerationRequest& request) {
        return request.prompts.empty() ? QString() : QString::fromStdString(request.prompts.front());
    }
};

struct Details {
    QString operator()(const CalibrateJob& job) const {
        return QStringList{
            countedText(qsizetype(job.settings.request.prompts.size()), tr("prompt"), tr("prompts")),
            QString::fromStdString(job.settings.request.size), QDir(job.file).dirName()}
            .join(QStringLiteral(" · "));
    }
    QString operator()(const PictureWork& work) const { return picture(work.request); }
    QString operator()(const RecordWork& work) const {
        return tr("repeats the run · %1").arg(picture(work.run->request()));
    }
    QString operator()(const MeasureJob& job) const {
        return tr("against %1, with the same bits: %2")
            .arg(policyText(job.reference->request().policy),
                 countedText(qsizetype(job.runs.size()), tr("run"), tr("runs")));
    }
    QString operator()(const CompareJob& job) const {
        return QStringList{
            countedText(qsizetype(job.settings.request.prompts.size()), tr("prompt"), tr("prompts")),
            countedText(qsizetype(job.settings.seeds.size()), tr("seed"), tr("seeds")),
            countedText(qsizetype(job.settings.choices.size()), tr("policy"), tr("policies"))}
            .join(QStringLiteral(" · "));
    }
};

} // namespace

QString workTitle(const QueuedWork& work) {
    return std::visit(Title(), work.work);
}

QString workDetails(const QueuedWork& work) {
    return std::visit(Details(), work.work);
}

} // namespace scalekv::ui
