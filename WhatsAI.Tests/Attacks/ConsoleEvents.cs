using System.Reflection;
using WhatsAI.Core.Common;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;

namespace WhatsAI.Tests.Attacks;

/// <summary>Every kind of live event there is, found in the program.</summary>
internal static class ConsoleEvents
{
    public static IEnumerable<Type> All() =>
        typeof(ConsoleEvent).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(ConsoleEvent)) && !t.IsAbstract);

    public static ConsoleEvent Of(Type kind, TenantId tenant, Func<Type, object> idOf) =>
        (ConsoleEvent)
            Activator.CreateInstance(
                kind,
                [
                    .. CompanyDoors
                        .Parameters(kind)
                        .Select(p => p.ParameterType == typeof(TenantId) ? tenant : Other(p.ParameterType) ?? idOf(p.ParameterType)),
                ]
            )!;

    // What an event says besides ids.
    private static object? Other(Type type) =>
        type == typeof(ushort) ? (ushort)7
        : type == typeof(Doing?) ? Doing.Typing
        : null;

    public static object NewId(Type id) =>
        typeof(ConsoleEvents)
            .GetMethod(nameof(New), BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(id)
            .Invoke(null, null)!;

    private static T New<T>()
        where T : struct, IId<T> => T.From(Guid.NewGuid());
}
