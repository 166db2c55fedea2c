#include "ui/text/request_summary.h"

#include "ui/text/tr.h"
#include "widgets/number_list_edit.h"

namespace scalekv::ui {
namespace {

QString listText(const std::vector<double>& numbers) {
    return widgets::numberListText(QVector<double>(numbers.begin(), numbers.end()));
}

} // namespace

QString requestSummary(const GenerationRequest& request) {
    QString text = request.prompts.empty() ? QString() : QString::fromStdString(request.prompts.front());
    if (!request.negativePrompt.empty())
        text += QLatin1Char('\n') + tr("not: %1").arg(QString::fromStdString(request.negativePrompt));
    text += QLatin1Char('\n') +
            tr("seed %1 · %2 · cfg %3 · tau %4")
                .arg(request.seed)
                .arg(QString::fromStdString(request.size), listText(request.cfg), listText(request.tau));
    return text;
}

} // namespace scalekv::ui
