using Microsoft.Extensions.DependencyInjection;

namespace WhatsAI.Infrastructure.Messaging.Conversations;

internal static class ConversationRegistration
{
    public static void AddConversations(this IServiceCollection services)
    {
        services.AddSingleton<InboxRows>();
        services.AddSingleton<Watchers>();
        services.AddSingleton<WatcherRows>();
        services.AddHostedService(p => p.GetRequiredService<Watchers>());
        services.AddScoped<ConversationQueries>();
        services.AddScoped<MessageQueries>();
        services.AddScoped<ConversationActions>();
        services.AddScoped<ReplyActions>();
        services.AddScoped<RepeatActions>();
        services.AddScoped<MessageChangeActions>();
    }
}
