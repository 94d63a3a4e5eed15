using Microsoft.Extensions.DependencyInjection;
using WhatsAI.Infrastructure.Inbox.Csat;
using WhatsAI.Infrastructure.Inbox.Labels;
using WhatsAI.Infrastructure.Inbox.Later;
using WhatsAI.Infrastructure.Inbox.Macros;
using WhatsAI.Infrastructure.Inbox.Notes;
using WhatsAI.Infrastructure.Inbox.Notices;
using WhatsAI.Infrastructure.Inbox.Notifying;
using WhatsAI.Infrastructure.Inbox.Search;
using WhatsAI.Infrastructure.Inbox.Selection;
using WhatsAI.Infrastructure.Inbox.Sla;
using WhatsAI.Infrastructure.Inbox.Views;
using WhatsAI.Infrastructure.Messaging;

namespace WhatsAI.Infrastructure.Inbox;

internal static class InboxRegistration
{
    public static void AddInbox(this IServiceCollection services)
    {
        services.AddSingleton<OpenWindows>();
        services.AddHostedService(provider => provider.GetRequiredService<OpenWindows>());
        services.AddHostedService<AssignmentWorker>();
        services.AddScoped<AssignmentActions>();
        services.AddScoped<AgentActions>();
        services.AddScoped<BlockActions>();
        services.AddScoped<ContinueActions>();
        services.AddScoped<TeamActions>();
        services.AddScoped<TeamQueries>();
        services.AddScoped<CannedResponseActions>();
        services.AddScoped<CannedResponseQueries>();
        services.AddScoped<LabelActions>();
        services.AddScoped<LabelQueries>();
        services.AddScoped<SelectionActions>();
        services.AddLater();
        services.AddScoped<MacroActions>();
        services.AddScoped<MacroQueries>();
        services.AddScoped<MacroLines>();
        services.AddScoped<MacroSteps>();
        services.AddScoped<MacroRunActions>();
        services.AddSingleton<IHeadClocks, SlaRulesCache>();
        services.AddScoped<SlaActions>();
        services.AddScoped<SlaQueries>();
        services.AddScoped<CsatActions>();
        services.AddScoped<CsatQueries>();
        services.AddScoped<InboxViewActions>();
        services.AddScoped<InboxViewQueries>();
        services.AddScoped<NoteActions>();
        services.AddScoped<NoteQueries>();
        services.AddSingleton<NoticeCounts>();
        services.AddScoped<NoticeActions>();
        services.AddScoped<NoticeQueries>();
        services.AddSingleton<NewsDesk>();
        services.AddScoped<NotifyingActions>();
        services.AddScoped<SearchQueries>();
    }
}
