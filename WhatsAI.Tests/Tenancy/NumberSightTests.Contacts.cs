using Microsoft.Extensions.DependencyInjection;
using WhatsAI.Infrastructure.Campaigns.Live;
using WhatsAI.Infrastructure.Campaigns.Recipients;
using WhatsAI.Infrastructure.Contacts;

namespace WhatsAI.Tests.Tenancy;

/// <summary>Contacts are the company's; what was said with them belongs to the number it was said through.</summary>
public sealed partial class NumberSightTests
{
    private static string[] OfNoNumberOfContacts =>
        [
            "ConsentActions.RecordAsync",
            "ContactActions.CreateAsync",
            "ContactActions.SaveAsync",
            "ContactActions.TagAsync",
            "ContactCatalogQueries.CarriersAsync",
            "ContactCatalogQueries.HoldersAsync",
            "ContactCatalogQueries.ReadAsync",
            "ContactExportQueries.PageAsync",
            "ContactQueries.CountAsync",
            // A person is the company's, whatever numbers he was spoken with through.
            "DuplicateQueries.MergesAsync",
            "DuplicateQueries.PageAsync",
            // Refused to everybody who does not see every number: PersonalDataActionsTests.
            "PersonalDataActions.EraseAsync",
            "PersonalDataQueries.ExportAsync",
            "MergeActions.AskAgainAsync",
            "MergeActions.MergeAsync",
            "MergeActions.SayTwoAsync",
            "MergeActions.UndoAsync",
            "FieldActions.ChangeAsync",
            "FieldActions.CreateAsync",
            "FieldActions.DeleteAsync",
            "ImportActions.CancelAsync",
            "ImportActions.DeleteAsync",
            "ImportActions.StartAsync",
            "ImportActions.UploadAsync",
            "ImportQueries.FindAsync",
            "ImportQueries.LinesAsync",
            "ImportQueries.ListAsync",
            "ImportQueries.PreviewAsync",
            // A campaign is the company's and goes out through a whole pool.
            "AudienceQueries.CountAsync",
            "AudienceQueries.SomebodyAsync",
            "CampaignDraftActions.AddressAsync",
            "CampaignDraftActions.AddressNobodyAsync",
            "CampaignDraftActions.CopyAsync",
            "CampaignDraftActions.CreateAsync",
            "CampaignDraftActions.DeleteAsync",
            "CampaignDraftActions.RenameAsync",
            "CampaignDraftActions.SendThroughAsync",
            "CampaignDraftActions.StartAtAsync",
            "CampaignDraftActions.WriteAsync",
            "CampaignDraftQueries.FindAsync",
            "CampaignLaunching.ApproveAsync",
            "CampaignLaunching.LaunchAsync",
            "CampaignLaunching.StandAsync",
            "CampaignListQueries.FindAsync",
            "CampaignListQueries.NeedsAsync",
            "CampaignListQueries.PageAsync",
            "CampaignSettingsActions.ChangeAsync",
            "CampaignSettingsActions.ReadAsync",
            "CampaignSteering.CancelAsync",
            "CampaignSteering.PauseAsync",
            "CampaignSteering.ResumeAsync",
            "CampaignSteering.TakeBackAsync",
            "CampaignLiveQueries.IsDraftAsync",
            // What became of it is the company's; through which number is not told.
            "ContactCampaignQueries.OfAsync",
            "ExclusionQueries.PageAsync",
            "FlightPlans.FindAsync",
            "FlightPlans.LeftOutAsync",
            "FlightPlans.MakeAsync",
            // Who was left out went through no number.
            "ProofQueries.LeftOutAsync",
            "SegmentActions.ChangeAsync",
            "SegmentActions.CreateAsync",
            "SegmentActions.DeleteAsync",
            // Names and numbers of a few, never what was said.
            "SegmentQueries.CountAsync",
            "TagActions.ChangeAsync",
            "TagActions.CreateAsync",
            "TagActions.DeleteAsync",
            "AiSettingsActions.RemoveAsync",
            "AiSettingsActions.SaveAsync",
            "AiSettingsQueries.ProviderAsync",
            "AiSettingsQueries.ReadAsync",
            "ProposalActions.ProposeAsync",
            "TemplateActions.ArchiveAsync",
            "TemplateActions.ChangeAsync",
            "TemplateActions.CopyAsync",
            "TemplateActions.CreateAsync",
            "TemplateActions.RestoreAsync",
            "TemplateQueries.CatalogAsync",
            "TemplateQueries.FindAsync",
            "TemplateQueries.PageAsync",
            // The name and the fields, which are the company's; never what was said.
            "TemplateQueries.PersonAsync",
            // Only into a conversation of a number that the member sees: DraftQueryTests.
            "TestSendActions.SendAsync",
        ];

    private static Dictionary<string, Func<IServiceProvider, SightWorld, Task<object?>>> OfContacts() =>
        new(StringComparer.Ordinal)
        {
            ["CampaignLiveQueries.FindAsync"] = async (services, w) =>
                (await services.GetRequiredService<CampaignLiveQueries>().FindAsync(await w.CampaignAsync()))!.Parts.Numbers.Where(n =>
                    n.Number is not null
                ),
            ["ContactCampaignQueries.OfConversationAsync"] = async (services, w) =>
            {
                await w.CampaignAsync();
                return await services.GetRequiredService<ContactCampaignQueries>().OfConversationAsync(w.Conversation);
            },
            ["RecipientQueries.PageAsync"] = async (services, w) =>
                (
                    await services.GetRequiredService<RecipientQueries>().PageAsync(await w.CampaignAsync(), new RecipientFilter())
                ).Rows.Where(r => r.Number is not null || r.Conversation is not null || r.Message is not null),
            ["RecipientQueries.OfAsync"] = async (services, w) =>
            {
                var (queries, campaign) = (services.GetRequiredService<RecipientQueries>(), await w.CampaignAsync());
                var people = (await queries.PageAsync(campaign, new RecipientFilter())).Rows.Select(r => r.Contact);
                return (await queries.OfAsync(campaign, [.. people])).Where(r => r.Number is not null || r.Message is not null);
            },
            ["ProofQueries.RecipientsAsync"] = async (services, w) =>
                (await services.GetRequiredService<ProofQueries>().RecipientsAsync(await w.CampaignAsync(), null)).Where(l =>
                    l.Number is not null
                ),
            ["ContactQueries.FindAsync"] = async (services, _) =>
            {
                var queries = services.GetRequiredService<ContactQueries>();
                var page = await queries.PageAsync(new ContactFilter());
                return (await queries.FindAsync(page.Rows.Single().Id))!.Threads;
            },
            ["ContactQueries.PageAsync"] = Ask<ContactQueries>(
                async (q, _) => (await q.PageAsync(new ContactFilter())).Rows.Where(r => r.LastAt is not null)
            ),
        };
}
