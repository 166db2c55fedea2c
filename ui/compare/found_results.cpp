#include "ui/compare/found_results.h"

#include "scalekv/comparison_text.h"
#include "scalekv/error.h"
#include "ui/shell/engine_message.h"
#include "ui/text/tr.h"

#include <QCoreApplication>
#include <QDir>

#include <algorithm>

namespace scalekv::ui {
namespace {

constexpr std::size_t kMostCells = 50000; // of a table

/// Why compareInto() would refuse to go on with these results, in a sentence; empty: it would not.
QString refusal(const Comparison& results, const Model& model) {
    const std::string difference = resultsDifference(
        results, plannedComparison(model, results.settings,
                                   programName(QCoreApplication::applicationVersion().toStdString())));
    return difference.empty() ? QString()
                              : tr("They were made otherwise (%1).").arg(QString::fromStdString(difference));
}

} // namespace

FoundResults findResults(const QString& folder, const std::weak_ptr<const Model>& model) {
    const QDir there(folder);
    FoundResults found{.any = there.exists(QLatin1String(kResultsJson)),
                       .comparison = nullptr,
                       .problem = {},
                       .reported = there.exists(QLatin1String(kReportHtml))};
    try {
        auto comparison = std::make_shared<const Comparison>(readResults(folder.toStdString()));
        const ComparisonSettings& settings = comparison->settings;
        if (settings.pairs() > kMostCells / (settings.choices.size() + 1))
            found.problem = tr("They are of %1 prompts and seeds, more than can be shown here; "
                               "scalekv compare goes on with them.")
                                .arg(settings.pairs());
        else
            found.comparison = std::move(comparison);
        if (const std::shared_ptr<const Model> used = model.lock(); used && found.comparison)
            found.problem = refusal(*found.comparison, *used);
    } catch (const std::exception& error) {
        found.problem = messageOf(error);
    }
    return found;
}

bool asksTheSame(const ComparisonSettings& a, const ComparisonSettings& b) {
    const auto plain = [](ComparisonSettings settings) {
        settings.request.seed = 0; // neither is read
        settings.request.policy = {};
        settings.lpips.clear(); // the window does not ask for it: it goes on as it was begun
        for (PolicyChoice& choice : settings.choices) {
            choice.roles.reset();
            choice.headOrders.reset();
            choice.headKinds.reset();
        }
        return settings;
    };
    ComparisonSettings mine = plain(a);
    const ComparisonSettings theirs = plain(b);
    if (!std::is_permutation(mine.choices.begin(), mine.choices.end(), theirs.choices.begin(),
                             theirs.choices.end()))
        return false;
    mine.choices = theirs.choices;
    return mine == theirs;
}

} // namespace scalekv::ui
