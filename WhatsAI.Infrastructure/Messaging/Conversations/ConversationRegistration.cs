using Microsoft.Extensions.DependencyInjection;

namespace WhatsAI.Infrastructure.Messaging.Conversations;

internal static class ConversationRegistration
{
    public static void AddConversations(this IServiceCollection services)
    {
        services.AddSingleton<InboxRows>();
        services.AddScoped<ConversationQueries>();
        services.AddScoped<MessageQueries>();
        services.AddScoped<ConversationActions>();
        services.AddScoped<ReplyActions>();
        services.AddScoped<MessageChangeActions>();
    }
}
