using Microsoft.EntityFrameworkCore;
using WhatsAI.Core.Campaigns.Proposals;
using WhatsAI.Core.Campaigns.Templates;
using WhatsAI.Core.Common;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Campaigns.Templates;
using WhatsAI.Infrastructure.Common;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Secrets;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Campaigns.Proposals;

/// <summary>What is to be said otherwise.</summary>
/// <param name="Others">The wordings there are: none of them is proposed again.</param>
/// <param name="Wish">What is to be different; null: nothing in particular.</param>
public sealed record ProposalForm(string Text, IReadOnlyList<string> Others, bool HasFile, int Count, string? Wish);

/// <summary>With what a provider is asked.</summary>
public sealed record ProposalTools(IEnumerable<IWordingProvider> Providers, SecretBox Secrets, Limits Limits);

/// <summary>Asks the company's AI provider for other wordings. Nothing of it is kept or sent: a person takes over and approves what he likes.</summary>
public sealed class ProposalActions(IDbContextFactory<ConsoleDb> dbs, CurrentMember member, ProposalTools tools)
{
    /// <exception cref="RuleException">The member may not or not so often, nobody is set up to propose, the text has problems, or the provider gave no answer.</exception>
    public async Task<JudgedWordings> ProposeAsync(ProposalForm form, CancellationToken ct = default)
    {
        member.Demand(Permission.CampaignsWrite);
        if (form.Wish?.Length > ProposalPrompt.MaxWishLength)
        {
            throw new RuleException("proposal.wish-too-long", ProposalPrompt.MaxWishLength);
        }

        var (settings, catalog) = await ReadAsync(form, ct);
        TemplateText.Parse(form.Text, catalog, form.HasFile);
        if (!tools.Secrets.TryUnprotect(settings.EncryptedKey, AiSettingsActions.KeyPurpose, out var key))
        {
            throw new RuleException("ai.key-unreadable");
        }

        tools.Limits.DemandProposal(member.UserId);
        var prompt = ProposalPrompt.Of(form.Text, form.Count, form.HasFile ? MessageLimits.Caption : 2_000, form.Wish);
        try
        {
            var answer = await tools.Providers.Single(p => p.Provider == settings.Provider).AskAsync(key, settings.Model, prompt, ct);
            var wordings = WordingAnswer.Read(answer) ?? throw new WordingException(WordingFailure.Nonsense);
            return ProposalJudge.Judge(form.Text, form.Others, wordings, catalog, form.HasFile);
        }
        catch (WordingException e)
        {
            throw Said(e.Failure);
        }
    }

    private async Task<(AiSettings Settings, TemplateCatalog Catalog)> ReadAsync(ProposalForm form, CancellationToken ct)
    {
        await using var db = await dbs.CreateDbContextAsync(ct);
        var settings = await db.AiSettings.AsNoTracking().SingleOrDefaultAsync(ct) ?? throw new RuleException("proposal.off");
        return (settings, (await TemplateQueries.CatalogAsync(db, ct)).Asking([form.Text]));
    }

    private static RuleException Said(WordingFailure failure) =>
        failure switch
        {
            WordingFailure.KeyRefused => new RuleException("proposal.key-refused"),
            WordingFailure.ModelUnknown => new RuleException("proposal.model-unknown"),
            WordingFailure.RateLimited => new RuleException("proposal.rate-limited"),
            WordingFailure.TimedOut => new RuleException("proposal.timed-out"),
            WordingFailure.Unreachable => new RuleException("proposal.unreachable"),
            WordingFailure.AddressRefused => new RuleException("proposal.address-refused"),
            WordingFailure.Nonsense => new RuleException("proposal.nonsense"),
            _ => new RuleException("proposal.failed"),
        };
}
