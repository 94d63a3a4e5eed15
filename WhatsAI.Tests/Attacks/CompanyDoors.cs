using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using WhatsAI.Core.Common;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure;
using WhatsAI.Infrastructure.Account;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Web.Common;
using WhatsAI.Web.Hosting;

namespace WhatsAI.Tests.Attacks;

/// <summary>Everything that a page or endpoint can call for a member, found in the program itself.</summary>
internal static class CompanyDoors
{
    /// <summary>Called before or without a company, each with the reason why an id of any company is right there.</summary>
    public static readonly IReadOnlyDictionary<string, string> Outside = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["TenantQueries.EntryAsync"] = "decides by slug and user whether a company may be entered",
        ["TenantQueries.OfUserAsync"] = "the signed-in user's own companies",
        ["TenantQueries.HomeAsync"] = "the signed-in user's own company",
        ["TenantQueries.AccessAsync"] = "asked by the watch over open circuits with ids of the session",
        ["TenantDoor.EnterAsync"] = "the door itself",
        ["TenantDoor.SeenAsync"] = "called by the watch over open circuits with ids of the session",
        ["ProfileActions.EndAsync"] = "takes the user from the cookie; UserSessions.EndAsync is tried with his id and another's session",
    };

    /// <summary>Outside the companies: here a user is only ever the one who asks.</summary>
    public static bool IsAsker(ParameterInfo parameter) =>
        parameter.ParameterType == typeof(UserId) && parameter.Member.DeclaringType == typeof(UserSessions);

    /// <summary>The scoped services of the program, and whatever is called …Actions or …Queries, registered or not.</summary>
    public static IReadOnlyList<MethodInfo> All() =>
        [
            .. new[] { typeof(Registration).Assembly, typeof(ConsoleHost).Assembly }
                .SelectMany(a => a.GetTypes())
                .Where(t => t is { IsClass: true, IsAbstract: false } && !typeof(DbContext).IsAssignableFrom(t))
                .Where(t =>
                    IsScoped(t)
                    || t == typeof(UserSessions)
                    || t.Name.EndsWith("Actions", StringComparison.Ordinal)
                    || t.Name.EndsWith("Queries", StringComparison.Ordinal)
                )
                .SelectMany(t => t.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
                .Where(m => !m.IsSpecialName && typeof(Task).IsAssignableFrom(m.ReturnType) && m.GetBaseDefinition() == m)
                // Questions first: what is written afterwards may hold their ids too.
                .OrderByDescending(m => m.ReturnType == typeof(Task<bool>))
                .ThenByDescending(m => m.DeclaringType!.Name.EndsWith("Queries", StringComparison.Ordinal))
                .ThenBy(NameOf, StringComparer.Ordinal),
        ];

    public static string NameOf(MethodInfo method) => $"{method.DeclaringType!.Name}.{method.Name}";

    /// <summary>Whether a value of this type can name something of a company.</summary>
    public static bool TakesIds(Type type, int depth = 0)
    {
        var plain = Plain(type);
        return plain == typeof(Guid)
            || plain == typeof(long)
            || plain.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IId<>))
            // What the circuit itself says of its member.
            || (
                depth < 4
                && plain != typeof(ShellContext)
                && IsRecord(plain)
                && Parameters(plain).Any(p => TakesIds(p.ParameterType, depth + 1))
            );
    }

    /// <summary>Whether a value of this type has a text in it that a person may write.</summary>
    public static bool TakesWords(Type type, int depth = 0)
    {
        var plain = Plain(type);
        return plain == typeof(string)
            || (
                depth < 4
                && plain != typeof(ShellContext)
                && IsRecord(plain)
                && Parameters(plain).Any(p => TakesWords(p.ParameterType, depth + 1))
            );
    }

    /// <summary>The type without "nullable" and "many of".</summary>
    public static Type Plain(Type type)
    {
        var one =
            type.IsGenericType && type != typeof(string) && typeof(System.Collections.IEnumerable).IsAssignableFrom(type)
                ? type.GetGenericArguments()[0]
                : type;
        return Nullable.GetUnderlyingType(one) ?? one;
    }

    public static bool IsRecord(Type type) => IsOurs(type) && !type.IsEnum && !type.IsAbstract && Parameters(type).Length > 0;

    /// <summary>A class of ours that is whole without being told anything.</summary>
    public static bool IsPlain(Type type) =>
        IsOurs(type) && type is { IsClass: true, IsAbstract: false } && type.GetConstructor(Type.EmptyTypes) is not null;

    public static ParameterInfo[] Parameters(Type record) =>
        record
            .GetConstructors()
            .OrderByDescending(c => c.GetParameters().Length)
            .Select(c => c.GetParameters())
            .FirstOrDefault(p => !(p is [var only] && only.ParameterType == record))
        ?? [];

    private static bool IsOurs(Type type) => type.Assembly.GetName().Name!.StartsWith("WhatsAI.", StringComparison.Ordinal);

    private static readonly Lazy<HashSet<Type>> _scoped = new(() =>
        [
            .. ConsoleHost
                .CreateBuilder(["--environment", "Production"])
                .Services.Where(s => s.Lifetime == ServiceLifetime.Scoped && !s.IsKeyedService)
                .SelectMany(s => new[] { s.ImplementationType, s.ServiceType })
                .OfType<Type>(),
        ]
    );

    // What the pages keep for themselves in a circuit names nothing of a company.
    private static bool IsScoped(Type type) => type.Assembly == typeof(Registration).Assembly && _scoped.Value.Contains(type);
}
