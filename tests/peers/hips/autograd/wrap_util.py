"""Functions of one argument made into functions of one of several."""

import functools


def _named(fun):
    return functools.wraps(fun, assigned=("__name__", "__doc__"), updated=())


def unary_to_nary(unary_operator):
    @functools.wraps(unary_operator)
    def nary_operator(fun, argnum=0, *op_args, **op_kwargs):
        def nary_f(*args, **kwargs):
            if isinstance(argnum, int):
                x = args[argnum]
                index = argnum % len(args)

                @_named(fun)
                def unary_f(x):
                    return fun(*args[:index], x, *args[index + 1 :], **kwargs)
            else:
                x = tuple(args[i] for i in argnum)

                @_named(fun)
                def unary_f(x):
                    given = list(args)
                    for i, v in zip(argnum, x, strict=True):
                        given[i] = v
                    return fun(*given, **kwargs)

            return unary_operator(unary_f, x, *op_args, **op_kwargs)

        return nary_f

    return nary_operator


def get_name(f):
    return getattr(f, "__name__", "[unknown name]")
